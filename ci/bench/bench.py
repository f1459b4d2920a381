"""What measurements share: the two processes, and how long to look."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ci.bench import worker
from ci.bench.worker import Worker


@dataclass(frozen=True)
class Bench:
    """Two processes that take turns, started when they are first needed."""

    python: Path
    """Of the reference environment."""
    pairs: int
    """How many samples of each side."""
    threads: int
    """Of each side."""
    device: str = "cpu"
    """Of each side: "cpu" or "gpu"."""

    @cached_property
    def ours(self) -> Worker:
        return self.fresh_ours()

    @cached_property
    def reference(self) -> Worker:
        return self.fresh_reference()

    def fresh_ours(self) -> Worker:
        return worker.ours(self.threads, self.device)

    def fresh_reference(self) -> Worker:
        return worker.pytorch(self.python, self.threads, self.device)

    def close(self) -> None:
        """Ends both processes; they are started again if they are needed again."""
        for name in ("ours", "reference"):
            side = self.__dict__.pop(name, None)
            if side:
                side.close()
