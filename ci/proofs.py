"""CI's proofs: every solution is right, every stub is not started, other answers are refused or pass as they should.

One kernel per notebook. The cells run in their order; at an exercise, the stretch up to its last check is run with
the stub, then with each wrong answer and each right one, and last with the solution, on which the rest builds.
"""

import time
from pathlib import Path

from ci.console import Tally
from ci.exercises import Exercise, stretches, stub
from ci.kernels import JJAVA
from ci.notebook import course, read
from ci.paths import shown
from ci.session import Session
from ci.trial import Trial
from ci.verdict import HINT, NOT_STARTED, RIGHT, WRONG, Verdict


def prove(path: Path, threads: int | None = None) -> Tally:
    """Proves the exercises of one notebook; each variant of each answer counts.

    `threads` bounds the native threads (None: all cores).
    """
    start = time.monotonic()
    tally = _prove(path, threads)
    tally.seconds[f"proofs of {shown(path)}"] = time.monotonic() - start
    return tally


def _prove(path: Path, threads: int | None) -> Tally:
    tally = Tally()
    name = shown(path)
    solutions = read(path)
    with Session(JJAVA, path, fast=True, threads=threads) as session:
        trial = Trial(session, solutions)
        for stretch in stretches(solutions):
            if stretch.exercise is None:
                (cell,) = stretch.cells
                verdict = trial.run(cell.source)
                if verdict.name != RIGHT:
                    tally.add(f"{name} {cell.id}", [f"{verdict.name}: {verdict.message}"])
                    return tally
                continue
            for variant, answer, problems_of in _variants(stretch.exercise):
                verdict = trial.try_answer(answer, stretch)
                tally.add(f"{name} {stretch.exercise.id} {variant}", problems_of(verdict))
                if not verdict.usable:
                    return tally
    return tally


def _variants(exercise: Exercise):
    """Each text for the exercise cell, the solution last, with what its verdict must be."""
    yield "stub", stub(exercise.solution.source, exercise.id), lambda got: _expect(got, NOT_STARTED, exercise.id)
    for cell in exercise.wrong_answers:
        part = course(cell).get("expect", "")
        yield cell.id, cell.source, lambda got, part=part: _expect(got, WRONG, part, HINT)
    for cell in exercise.right_answers:
        yield cell.id, cell.source, lambda got: _expect(got, RIGHT)
    yield "solution", exercise.solution.source, lambda got: _expect(got, RIGHT)


def _expect(got: Verdict, name: str, *parts: str) -> list[str]:
    if got.name != name:
        return [f"is {got.name}, not {name}: {got.message}".rstrip(": ")]
    return [f"its message lacks “{part}”: {got.message}" for part in parts if part not in got.message]
