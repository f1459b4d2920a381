"""What is told of a measurement: a row of the table, an element of `bench --json`."""

import math
from dataclasses import asdict, dataclass

from ci.bench.alternation import Comparison

KEYS = ("workload", "model", "ratio", "low", "high", "ours", "reference", "unit")
"""Of `bench --json`; other scripts rely on them."""


IMAGES_PER_SECOND = "images/s"


@dataclass(frozen=True)
class Row:
    """How we did beside the reference."""

    workload: str
    model: str
    ratio: float
    """Ours over the reference; the higher the better, whatever the unit."""
    low: float
    high: float
    """The middle half of the pairs lies between these."""
    ours: float
    reference: float
    """Medians, in the unit."""
    unit: str
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, workload: str, model: str, comparison: Comparison, unit: str, notes: list[str]) -> "Row":
        """A comparison of samples in the unit itself."""
        return cls(
            workload,
            model,
            comparison.ratio,
            *comparison.spread,
            comparison.median_of_ours,
            comparison.median_of_reference,
            unit,
            (*comparison.notes(), *notes),
        )

    def as_json(self) -> dict[str, object]:
        return {key: value for key, value in asdict(self).items() if key in KEYS}

    def __str__(self) -> str:
        numbers = f"{self.ratio:5.2f}  ({self.low:.2f} to {self.high:.2f})  {self.ours:9.4g}  {self.reference:9.4g}"
        return f"{self.workload:10}  {self.model:30}  {numbers}  {self.unit:8}  {'; '.join(self.notes)}".rstrip()


HEAD = f"{'workload':10}  {'model':30}  ratio  (middle half)        ours  reference  unit      notes"


def geometric_means(rows: list[Row]) -> list[str]:
    """A line for each workload of several networks."""
    lines = []
    for workload in dict.fromkeys(row.workload for row in rows):
        ratios = [row.ratio for row in rows if row.workload == workload and row.unit == IMAGES_PER_SECOND]
        if len(ratios) > 1:
            mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
            lines.append(f"{workload:10}  {'geometric mean':30}  {mean:5.2f}  lowest {min(ratios):.2f}")
    return lines
