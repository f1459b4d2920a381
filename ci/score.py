"""Scores a student's notebook.

The student's answers are put into a pristine notebook: checks and set-up come from `solutions/`, whatever the student
made of them, and a missing answer is an answer not started. Cells of the student's own run where they stand. Where an
answer is not right, the solution takes its place afterwards, so that one slip costs one exercise.

Defended against: checks changed, removed or added; answers that define `Course` anew or end the JVM; answers that
never end. Not defended against: code that goes looking for a way round inside the JVM. The score is for the student.
"""

import re
from collections import defaultdict
from dataclasses import asdict, dataclass
from pathlib import Path

from nbformat import NotebookNode

from ci.console import Problem
from ci.exercises import chapters, exercises_of, strip
from ci.kernels import JJAVA
from ci.notebook import code_cells, course, read, tags
from ci.proofs import Stretch, stretches
from ci.session import Session
from ci.verdict import ERROR, RIGHT, Verdict, judge

CELL_TIMEOUT = 120
"""Seconds that a cell of the student's may take."""

_FORBIDDEN = re.compile(
    r"\b(?:class|interface|enum|record)\s+Course\b|\bSystem\s*\.\s*exit\b|\bRuntime\b.*\b(?:exit|halt)\b"
    r"|\bCheckFailed\w*|\bsetAccessible\b"
)


@dataclass(frozen=True)
class Score:
    """One exercise's outcome; the keys of `check --json`."""

    id: str
    points: int
    of: int
    verdict: str
    message: str

    def __str__(self) -> str:
        first, *more = self.message.splitlines() or [""]
        lines = [f"{self.id:8}{self.verdict:13}{self.points}/{self.of}  {first}".rstrip()]
        return "\n".join(lines + [" " * 26 + line for line in more])

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def score_file(path: Path) -> list[Score]:
    """Scores the notebook in the file, wherever it lies; raises `Problem` where it is of no known chapter."""
    student = read(path)
    chapter = _chapter_of(student, path)
    return Scorer(chapter, student).score()


def summary(scores: list[Score]) -> str:
    return f"{sum(each.points for each in scores)} of {sum(each.of for each in scores)} points"


class Scorer:
    """Runs a student's answers among the pristine cells of one chapter."""

    def __init__(self, chapter: Path, student: NotebookNode):
        self._chapter = chapter
        self._solutions = read(chapter)
        self._answers = _answers(student, self._solutions)
        self._own = _own_cells(student, self._solutions)
        self._history: list[str] = []  # what brings a fresh kernel to where the last one was

    def score(self) -> list[Score]:
        scores = []
        with Session(JJAVA, self._chapter, fast=True, timeout=CELL_TIMEOUT) as session:
            self._run_leniently(session, self._own[None])
            for stretch in stretches(self._solutions):
                if stretch.exercise is not None:
                    scores.append(self._score_one(session, stretch))
                if stretch.exercise is None or scores[-1].verdict != RIGHT:
                    self._run_leniently(session, [cell.source for cell in stretch.cells])
                self._run_leniently(session, self._own[stretch.cells[-1].id])
        return scores

    def _score_one(self, session: Session, stretch: Stretch) -> Score:
        exercise = stretch.exercise
        verdict = self._try(session, self._answers[exercise.id], stretch.cells)
        points = exercise.points if verdict.name == RIGHT else 0
        return Score(exercise.id, points, exercise.points, verdict.name, verdict.message)

    def _try(self, session: Session, answer: str, cells: list[NotebookNode]) -> Verdict:
        """Runs the answer, the student's own cells below it, and the pristine cells up to the last check."""
        found = _FORBIDDEN.search(answer)
        if found:
            return Verdict(ERROR, f"an answer may not contain: {found.group()}")
        ran = []
        for index, cell in enumerate(cells):
            own = self._own[cell.id] if index < len(cells) - 1 else []
            for source in [cell.source if index else answer, *own]:
                verdict = judge(session.run_source(source))
                if not verdict.alive:
                    self._revive(session)
                if not verdict.alive or (verdict.name != RIGHT and source not in own):
                    return verdict
                ran.append(source)
        self._history += ran
        return Verdict(RIGHT)

    def _run_leniently(self, session: Session, sources: list[str]) -> None:
        """Runs cells whose errors cost nothing by themselves."""
        for source in sources:
            if judge(session.run_source(source)).alive:
                self._history.append(source)
            else:
                self._revive(session)

    def _revive(self, session: Session) -> None:
        """A fresh kernel, brought to where the dead one was by what it had survived."""
        session.restart()
        for source in self._history:
            session.run_source(source)


def _chapter_of(student: NotebookNode, path: Path) -> Path:
    """The chapter with which the student's notebook shares the most exercises, whatever the file is called."""
    shared = {chapter: len(_given_answers(student, read(chapter))) for chapter in chapters()}
    best = max(shared, key=lambda chapter: shared[chapter], default=None)
    if best is None or not shared[best]:
        known = ", ".join(chapter.stem for chapter in shared) or "none yet"
        raise Problem(f"{path} holds no exercise of this course. Start from a notebook in exercises/ (there: {known}).")
    return best


def _answers(student: NotebookNode, solutions: NotebookNode) -> dict[str, str]:
    """The text of every exercise cell: the student's, or the stub where the student has none."""
    stubs = {exercise.id: exercise.solution.source for exercise in exercises_of(strip(solutions))}
    return stubs | _given_answers(student, solutions)


def _given_answers(student: NotebookNode, solutions: NotebookNode) -> dict[str, str]:
    """The student's exercise cells by exercise id; told by cell id, or by metadata where an editor lost the ids."""
    ids = {exercise.solution.id: exercise.id for exercise in exercises_of(solutions)}
    given = {}
    for cell in code_cells(student):
        by_metadata = course(cell).get("id") if "exercise" in tags(cell) else None
        id = ids.get(cell.id, by_metadata if by_metadata in ids.values() else None)
        if id is not None:
            given.setdefault(id, cell.source)
    return given


def _own_cells(student: NotebookNode, solutions: NotebookNode) -> dict[str | None, list[str]]:
    """The cells that the student has added, under the id of the pristine code cell above them (None: above all)."""
    pristine = {cell.source: cell.id for cell in code_cells(solutions)}
    ids = set(pristine.values())
    own: dict[str | None, list[str]] = defaultdict(list)
    above = None
    for cell in code_cells(student):
        known = cell.id if cell.id in ids else pristine.get(cell.source)
        if known is not None:
            above = known
        elif not course(cell) and not _FORBIDDEN.search(cell.source):
            own[above].append(cell.source)
    return own
