"""The most memory that a process ever holds, each in a fresh process, so that nothing of the work before is in it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from ci.bench.alternation import Comparison
from ci.bench.bench import Bench
from ci.bench.report import Row
from ci.bench.worker import Setting, Worker

RUNS = 10
PAIRS = 3
"""Memory differs little from process to process."""


@dataclass(frozen=True)
class Memory:
    """Of the same work on both sides."""

    setting: Setting

    def measure(self, workload: str, model: str, bench: Bench) -> Iterator[Row]:
        """The peak of the whole process, and how much of it has come on top of a process with the network loaded."""
        bench.close()
        peaks, growths = Comparison([], []), Comparison([], [])
        for _ in range(min(PAIRS, bench.pairs)):
            for start, peaks_of_side, growths_of_side in (
                (bench.fresh_ours, peaks.ours, growths.ours),
                (bench.fresh_reference, peaks.reference, growths.reference),
            ):
                peak, growth = self.peak_and_growth(start)
                peaks_of_side.append(peak)
                growths_of_side.append(growth)
        yield Row.of(workload, model, peaks, "MiB", [])
        yield Row.of(workload, f"{model}, work alone", growths, "MiB", [])

    def peak_and_growth(self, start: Callable[[], Worker]) -> tuple[float, float]:
        with start() as process:
            process.prepare(replace(self.setting, workload="inference", form="plain"))
            loaded = process.memory("VmRSS")
            process.prepare(self.setting)
            process.run(RUNS)
            peak = process.memory("VmHWM")
        return peak, peak - loaded
