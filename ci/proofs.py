"""CI's proofs: every solution is right, every stub is not started, other answers are refused or pass as they should.

One kernel per notebook. The cells run in their order; at an exercise, the stretch up to its last check is run with
the stub, then with each wrong answer and each right one, and last with the solution, on which the rest builds.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from ci.console import Tally
from ci.exercises import Exercise, exercises_of, stub
from ci.kernels import JJAVA
from ci.notebook import code_cells, course, read
from ci.paths import shown
from ci.session import Session
from ci.verdict import NOT_STARTED, RIGHT, WRONG, Verdict, try_answer

HINT = "Hint: "
"""What every refusal ends with."""


@dataclass(frozen=True)
class Stretch:
    """The cells from an exercise to its last check, or a single cell of set-up."""

    exercise: Exercise | None
    cells: list[NotebookNode]


def stretches(notebook: NotebookNode) -> Iterator[Stretch]:
    """Cuts a notebook of solutions into exercises with their checks, and the set-up between them."""
    by_cell = {exercise.solution.id: exercise for exercise in exercises_of(notebook)}
    cells = code_cells(notebook)
    at = 0
    while at < len(cells):
        exercise = by_cell.get(cells[at].id)
        checks = {cell.id for cell in exercise.checks} if exercise else set()
        last = max((index for index, cell in enumerate(cells) if cell.id in checks), default=at)
        yield Stretch(exercise, cells[at : last + 1])
        at = last + 1


def prove(path: Path) -> Tally:
    """Proves the exercises of one notebook; each variant of each answer counts."""
    tally = Tally()
    name = shown(path)
    with Session(JJAVA, path, fast=True) as session:
        for stretch in stretches(read(path)):
            first, *following = [cell.source for cell in stretch.cells]
            if stretch.exercise is None:
                verdict = try_answer(session, first, following)
                if verdict.name != RIGHT:
                    tally.add(f"{name} {stretch.cells[0].id}", [f"{verdict.name}: {verdict.message}"])
                    return tally
                continue
            for variant, answer, problems_of in _variants(stretch.exercise):
                verdict = try_answer(session, answer, following)
                tally.add(f"{name} {stretch.exercise.id} {variant}", problems_of(verdict))
                if not verdict.alive:
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
