"""The speed of what both processes can do."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ci.bench.alternation import Sampler, compare
from ci.bench.bench import Bench
from ci.bench.machine import Onlooker
from ci.bench.report import IMAGES_PER_SECOND, Row
from ci.bench.worker import Setting, Worker

SAMPLE_SECONDS = 0.5
"""How long a sample takes, about: long beside a hiccup, short beside a drift."""

WARM_UP_RUNS = 4
WARM_UP_SECONDS = 1.5
"""Before we measure: so many runs at most, and none that begins later."""

GPU_SETTLING_SECONDS = 1.5
"""On a GPU at least so long: a small network takes a millisecond, and compilers settle after some hundred runs."""


@dataclass(frozen=True)
class Speed:
    """The same work on both sides."""

    ours: Setting
    reference: Setting
    unit: str
    convert: Callable[[float], float]
    """From seconds a run to the unit."""

    def measure(self, workload: str, model: str, bench: Bench) -> Iterator[Row]:
        bench.ours.prepare(self.ours)
        bench.reference.prepare(self.reference)
        settling = GPU_SETTLING_SECONDS if bench.device == "gpu" else 0.0
        warm_up(bench.ours, settling)
        runs = max(1, round(SAMPLE_SECONDS / warm_up(bench.reference, settling)))
        onlooker = Onlooker()
        seconds = compare(sampler(bench.ours, runs), sampler(bench.reference, runs), bench.pairs)
        ours, reference = self.convert(seconds.median_of_ours), self.convert(seconds.median_of_reference)
        notes = (*seconds.notes(), *onlooker.notes())
        yield Row(workload, model, seconds.ratio, *seconds.spread, ours, reference, self.unit, notes)


def warm_up(side: Worker, least: float) -> float:
    """Runs until memory, caches and compilers have settled, `least` seconds; returns the seconds of the last run."""
    seconds = [side.run(1)]
    while sum(seconds) < least or len(seconds) < WARM_UP_RUNS and sum(seconds) < WARM_UP_SECONDS:
        seconds.append(side.run(1))
    return seconds[-1]


def sampler(side: Worker, runs: int) -> Sampler:
    return lambda: side.run(runs) / runs


def images_per_second(images: int, ours: Setting, reference: Setting) -> Speed:
    """Of work on so many images."""
    return Speed(ours, reference, IMAGES_PER_SECOND, lambda seconds: images / seconds)


def milliseconds(setting: Setting) -> Speed:
    return Speed(setting, setting, "ms", lambda seconds: 1e3 * seconds)
