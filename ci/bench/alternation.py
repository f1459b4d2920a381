"""The fair measurement: both sides in turn, compared pair by pair, so that what slows the machine slows both.

The times of a pair lie a second apart. Their ratio does not feel a machine that grows slower by the minute, and the
median of the ratios does not feel a pause that hits one sample. What did happen is said in the notes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median, quantiles

Sampler = Callable[[], float]
"""Does the work once more and returns a positive number, the less the better: seconds, or mebibytes."""

PAUSE = 1.5
"""A sample so many times above the median of its side fell into a pause."""

DRIFT = 0.1
"""A change of a side, from the first third of its samples to the last, that is worth saying."""


@dataclass(frozen=True)
class Comparison:
    """What both sides took, pair by pair."""

    ours: list[float]
    reference: list[float]

    @property
    def ratios(self) -> list[float]:
        """How many times better we are, pair by pair."""
        return [theirs / own for own, theirs in zip(self.ours, self.reference, strict=True)]

    @property
    def ratio(self) -> float:
        return median(self.ratios)

    @property
    def median_of_ours(self) -> float:
        return median(self.ours)

    @property
    def median_of_reference(self) -> float:
        return median(self.reference)

    @property
    def spread(self) -> tuple[float, float]:
        """The middle half of the ratios lies between these."""
        if len(self.ratios) == 1:
            return self.ratio, self.ratio
        low, _, high = quantiles(self.ratios, n=4, method="inclusive")
        return low, high

    def notes(self) -> list[str]:
        """What the machine did to the measurement."""
        found = []
        pauses = count_pauses(self.ours) + count_pauses(self.reference)
        if pauses:
            found.append("1 pause" if pauses == 1 else f"{pauses} pauses")
        drifts = drift(self.ours), drift(self.reference)
        if max(map(abs, drifts)) > DRIFT:
            found.append(f"drift: ours {drifts[0]:+.0%}, reference {drifts[1]:+.0%}")
        return found


def compare(ours: Sampler, reference: Sampler, pairs: int) -> Comparison:
    """Takes samples of both in turn; who is first changes from pair to pair."""
    comparison = Comparison([], [])
    for pair in range(pairs):
        sides = [(ours, comparison.ours), (reference, comparison.reference)]
        for sampler, samples in sides if pair % 2 == 0 else reversed(sides):
            samples.append(sampler())
    return comparison


def count_pauses(samples: list[float]) -> int:
    """How many samples lie far above their median."""
    limit = PAUSE * median(samples)
    return sum(sample > limit for sample in samples)


def drift(samples: list[float]) -> float:
    """By what share the samples have grown from the first third to the last; 0 where there are under six."""
    third = len(samples) // 3
    return median(samples[-third:]) / median(samples[:third]) - 1 if third >= 2 else 0.0
