"""Exercises are solutions with the answers taken out.

A notebook in `solutions/` is the only source. Its cells are told apart by their tags:

- `exercise`: holds the answer between `// BEGIN SOLUTION` and `// END SOLUTION`; its metadata
  `{"course": {"id": "05.2", "points": 2, "hint": "…"}}` names it;
- `check`: throws unless the answer of the exercise with its id is right;
- `needs-solution`: runs only on top of an answer;
- `wrong-answer`: another text for the whole exercise cell, which the check must refuse. It is never run from top to
  bottom, so it is best kept as a raw cell. `"expect"` in its metadata is a part of the refusal's message;
- `right-answer`: likewise, but the check must let it pass: another way to write the answer;
- `solution-text`: prose that gives away what the student is to find.

All other cells are the set-up that every exercise shares.
"""

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from ci.console import Problem
from ci.notebook import (
    KERNELSPEC,
    LANGUAGE,
    OTHER_ANSWERS,
    code_cells,
    course,
    read,
    squeezed,
    strip_outputs,
    tags,
    text_of,
    write,
)
from ci.paths import EXERCISES, SOLUTIONS

FEWEST_WRONG_ANSWERS = 3
FEWEST_RIGHT_ANSWERS = 2
"""Besides the solution."""

SOLUTION_TEXT = "solution-text"

TRIVIAL = 16
"""A solution's line with fewer characters than this, spaces aside, gives nothing away."""

_REGION = re.compile(r"^([ \t]*)// BEGIN SOLUTION[ \t]*\n(.*?)^[ \t]*// END SOLUTION[ \t]*$", re.DOTALL | re.MULTILINE)
_JOINED = re.compile(r'"\s*\+\s*"')
_COMMENT = re.compile(r"(//.*\n)+")
_MARKER = re.compile(r"(BEGIN|END) SOLUTION")


@dataclass(frozen=True)
class Exercise:
    """One exercise of a chapter: the cells of its solution, its checks, and of other answers, wrong and right."""

    id: str
    points: int
    solution: NotebookNode
    checks: list[NotebookNode]
    wrong_answers: list[NotebookNode]
    right_answers: list[NotebookNode]

    @property
    def hint(self) -> str:
        return course(self.solution).get("hint", "")

    @property
    def other_cells(self) -> dict[str, list[NotebookNode]]:
        """All but the solution, by tag."""
        return {"check": self.checks, "wrong-answer": self.wrong_answers, "right-answer": self.right_answers}


def chapters() -> list[Path]:
    """The notebooks with solutions."""
    return sorted(SOLUTIONS.glob("*.ipynb"))


def exercises_of(notebook: NotebookNode) -> list[Exercise]:
    """The exercises in their order; raises `Problem` where a tag or its metadata is amiss."""
    found: dict[str, Exercise] = {}
    for cell in notebook.cells:
        kinds = ({"exercise", "check"} | OTHER_ANSWERS) & set(tags(cell))
        if not kinds:
            continue
        id = course(cell).get("id")
        if len(kinds) > 1 or not isinstance(id, str):
            raise Problem(f'cell {cell.id}: one of the tags {sorted(kinds)}, and an id in {{"course": {{"id": …}}}}')
        if "exercise" in kinds:
            points = course(cell).get("points")
            if not isinstance(points, int) or points < 1 or id in found:
                raise Problem(f"cell {cell.id}: exercise {id} needs whole points and an id of its own")
            found[id] = Exercise(id, points, cell, [], [], [])
        elif id not in found:
            raise Problem(f"cell {cell.id}: there is no exercise {id} before it")
        else:
            found[id].other_cells[kinds.pop()].append(cell)
    return list(found.values())


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


def stub(source: str, id: str) -> str:
    """The exercise cell as the student gets it; raises `Problem` where no whole region is left to answer."""
    stripped, regions = _REGION.subn(rf'\1throw Course.todo("{id}");', source)
    if not regions or _MARKER.search(stripped):
        raise Problem(f"exercise {id}: // BEGIN SOLUTION and // END SOLUTION stand on lines of their own, in pairs")
    return stripped


def strip(notebook: NotebookNode) -> NotebookNode:
    """The student's notebook: no answers, right or wrong, no prose that tells them, and no outputs."""
    student = copy.deepcopy(notebook)
    student.cells = [cell for cell in student.cells if not (OTHER_ANSWERS | {SOLUTION_TEXT}) & set(tags(cell))]
    student.metadata = nbformat.from_dict({"kernelspec": KERNELSPEC, "language_info": LANGUAGE})
    strip_outputs(student)
    for exercise in exercises_of(student):
        exercise.solution.source = stub(exercise.solution.source, exercise.id)
    return student


def regenerate() -> list[Path]:
    """Makes `exercises/` anew; returns the files written. What has no source goes."""
    for path in EXERCISES.glob("*.ipynb"):
        if not (SOLUTIONS / path.name).exists():
            path.unlink()
    for path in chapters():
        write(strip(read(path)), EXERCISES / path.name)
    return [EXERCISES / path.name for path in chapters()]


def check_generated(path: Path) -> list[str]:
    """Whether the committed exercises are what this notebook of solutions generates, and give nothing away."""
    solutions = read(path)
    student = strip(solutions)
    committed = EXERCISES / path.name
    problems = leaks(solutions, student)
    if not committed.exists() or committed.read_bytes() != text_of(student).encode():
        problems.append("exercises/ is not what solutions/ generates; call ./course exercises")
    for exercise in exercises_of(solutions):
        if not exercise.checks:
            problems.append(f"{exercise.id}: no check")
        if len(exercise.wrong_answers) < FEWEST_WRONG_ANSWERS:
            problems.append(f"{exercise.id}: fewer than {FEWEST_WRONG_ANSWERS} wrong answers")
        if len(exercise.right_answers) < FEWEST_RIGHT_ANSWERS:
            problems.append(f"{exercise.id}: fewer than {FEWEST_RIGHT_ANSWERS} right answers besides the solution")
        others = exercise.wrong_answers + exercise.right_answers
        problems += [f"{cell.id}: no comment at its start says what it does" for cell in others if not explained(cell)[0]]
        if not _shows_hint(exercise):
            problems.append(f"{exercise.id}: its check does not give its hint: {exercise.hint or 'it has none'}")
    return problems


def explained(answer: NotebookNode) -> tuple[str, str]:
    """What the comment at the start of another answer says of it, and the answer without that comment."""
    why = _COMMENT.match(answer.source)
    if why is None:
        return "", answer.source
    return " ".join(line.lstrip("/ ") for line in why.group().splitlines()), answer.source[why.end() :]


def _shows_hint(exercise: Exercise) -> bool:
    """Whether the hint stands in a check, word for word, perhaps in several literals joined by +."""
    text = _JOINED.sub("", "".join(cell.source for cell in exercise.checks))
    return bool(exercise.hint) and f'"{exercise.hint}"' in text


def leaks(solutions: NotebookNode, student: NotebookNode) -> list[str]:
    """Lines of right answers that can be read in the student's notebook, in whatever cell or metadata."""
    visible = squeezed(text_of(student).replace('\\"', '"'))
    problems = []
    for exercise in exercises_of(solutions):
        for line in _telling_lines(exercise):
            text = squeezed(line)
            if len(text) >= TRIVIAL and text in visible:
                problems.append(f"{exercise.id}: a line of an answer shows: {line.strip()}")
    return problems


def _telling_lines(exercise: Exercise) -> Iterator[str]:
    """The lines of the solution's regions, and those of right answers that the stub has not."""
    for _, region in _REGION.findall(exercise.solution.source):
        yield from region.splitlines()
    given = set(map(squeezed, stub(exercise.solution.source, exercise.id).splitlines()))
    for cell in exercise.right_answers:
        yield from (line for line in cell.source.splitlines() if squeezed(line) not in given)


def extra_exercises() -> list[str]:
    """Files in `exercises/` that no notebook of solutions generates."""
    return [path.name for path in sorted(EXERCISES.glob("*.ipynb")) if not (SOLUTIONS / path.name).exists()]
