"""What stands in the way of the course on a machine. Runs with the standard library alone."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Obstacle:
    """What is wrong, and what mends it; each kind has a sentence of its own for the two."""

    sentence: ClassVar[str]

    what: str
    remedy: str

    def __str__(self) -> str:
        return self.sentence.format(what=self.what, remedy=self.remedy)
