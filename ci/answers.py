"""Finds a student's answers in a notebook, whatever its editors have made of the cells.

The cell of an exercise is told by its id or by its metadata, and where editors have lost both, by the first line of
its stub. Where such cells were split or copied, untouched stubs count for nothing, and the rest is one answer in the
order of the notebook: so it would run there, too. What had to be guessed is said in a remark.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from nbformat import NotebookNode

from ci.exercises import Exercise, exercises_of, stub
from ci.notebook import code_cells, course, squeezed, tags

_LONGEST_QUOTE = 40


@dataclass(frozen=True)
class StudentCell:
    """A cell of the student's notebook; cells are counted from 1, prose included."""

    number: int
    cell: NotebookNode

    @property
    def source(self) -> str:
        return self.cell.source

    @property
    def is_code(self) -> bool:
        return self.cell.cell_type == "code"

    def __str__(self) -> str:
        first = self.source.strip().split("\n")[0]
        return f"cell {self.number} (“{first[:_LONGEST_QUOTE]}{'…' if len(first) > _LONGEST_QUOTE else ''}”)"


@dataclass(frozen=True)
class Answer:
    """The text of an exercise's cell, and what the student should know of where it was found."""

    source: str
    remarks: list[str] = field(default_factory=list)
    found: bool = True


@dataclass(frozen=True)
class Submission:
    """What a student's notebook holds."""

    answers: dict[str, Answer]
    own: dict[str | None, list[StudentCell]]  # further cells, under the id of the course's code cell above, or None
    changed: list[StudentCell]  # cells of the course's that the student should have left alone


def submission(student: NotebookNode, solutions: NotebookNode) -> Submission:
    """Sorts the cells of a student's notebook."""
    exercises = exercises_of(solutions)
    ids = {exercise.solution.id for exercise in exercises}
    others = {squeezed(cell.source): cell.id for cell in code_cells(solutions) if cell.id not in ids}
    cells = [StudentCell(number, cell) for number, cell in enumerate(student.cells, start=1) if cell.source.strip()]
    unchanged = {each.number: others.get(squeezed(each.source)) for each in cells}
    missing = set(others.values()) - set(unchanged.values())
    marked = {each.number: _marked(each, exercises) for each in cells if not unchanged[each.number]}
    written = {exercise.id for each in cells if (exercise := marked.get(each.number)) and not _is_stub(each, exercise)}
    unmarked = [exercise for exercise in exercises if exercise.id not in written]

    found: dict[str, list[StudentCell]] = defaultdict(list)
    own: dict[str | None, list[StudentCell]] = defaultdict(list)
    changed = []
    above = None
    for each in cells:
        begun = (exercise for exercise in unmarked if each.is_code and _begins(each, exercise))
        exercise = marked.get(each.number) or next(begun, None)
        if unchanged[each.number]:
            above = unchanged[each.number]
        elif exercise:
            found[exercise.id].append(each)
            above = exercise.solution.id
        elif not each.is_code or "check" in tags(each.cell):
            continue
        elif each.cell.id in missing:
            changed.append(each)
            above = each.cell.id
        else:
            own[above].append(each)
    return Submission({each.id: _answer(each, found[each.id]) for each in exercises}, own, changed)


def number_answered(student: NotebookNode, solutions: NotebookNode) -> int:
    """Of how many of the exercises the student's notebook has a cell."""
    return sum(answer.found for answer in submission(student, solutions).answers.values())


def _marked(cell: StudentCell, exercises: list[Exercise]) -> Exercise | None:
    """The exercise whose id or metadata a cell has."""
    mark = cell.cell.metadata.get("course")
    if "check" not in tags(cell.cell) and ("exercise" in tags(cell.cell) or "points" in course(cell.cell)):
        mark = course(cell.cell).get("id", mark)
    by_id = (each for each in exercises if each.solution.id == cell.cell.id)
    return next(by_id, next((each for each in exercises if each.id == mark), None))


def _begins(cell: StudentCell, exercise: Exercise) -> bool:
    """Whether a line of the cell begins as the exercise does."""
    return any(squeezed(line).startswith(squeezed(_first_line(exercise))) for line in cell.source.split("\n"))


def _first_line(exercise: Exercise) -> str:
    lines = [line.strip() for line in exercise.solution.source.split("\n")]
    return next(line for line in lines if line and not line.startswith(("/", "*")))


def _is_stub(cell: StudentCell, exercise: Exercise) -> bool:
    return squeezed(cell.source) == squeezed(stub(exercise.solution.source, exercise.id))


def _answer(exercise: Exercise, found: list[StudentCell]) -> Answer:
    if not found:
        lost = f"No cell has the id “{exercise.solution.id}”, the exercise's metadata, or the line “{_first_line(exercise)}”"
        return Answer("", [f"{lost}: put your answer into such a cell of a fresh copy of the exercises."], found=False)
    written = {squeezed(each.source): each for each in found if not _is_stub(each, exercise)}.values()
    retyped = [each for each in written if not each.is_code]
    given = [each for each in written if each.is_code] or [each for each in retyped if _begins(each, exercise)]
    remarks = [f"A {each.cell.cell_type} cell does not run: make {each} a code cell." for each in retyped]
    if len(given) > 1:
        remarks.append(f"Taken together in this order: {', '.join(map(str, given))}. Keep one, if that is not meant.")
    return Answer("\n".join(each.source for each in given) or stub(exercise.solution.source, exercise.id), remarks)
