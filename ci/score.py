"""Scores a student's notebook.

The student's answers are put into a pristine notebook: checks and set-up come from `solutions/`, whatever the student
made of them, and a missing answer is an answer not started. Cells of the student's own run where they stand. Where an
answer is not right, the solution takes its place afterwards, so that one slip costs one exercise.
"""

import re
from dataclasses import asdict, dataclass
from pathlib import Path

from nbformat import NotebookNode

from ci import pace
from ci.answers import Answer, StudentCell, number_answered, submission
from ci.console import Problem
from ci.exercises import Exercise, Stretch, chapters, stretches
from ci.kernels import JJAVA
from ci.notebook import read
from ci.session import Session
from ci.trial import Trial
from ci.verdict import ERROR, HINT, NOT_STARTED, RIGHT, WRONG, Verdict

CELL_TIMEOUT = 120
"""Seconds that a cell may take on an ordinary machine."""

_LONGEST_LINE = 200


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


def score_file(path: Path, timeout: int | None = None) -> list[Score]:
    """Scores the notebook in the file, wherever it lies; raises `Problem` where it is of no known chapter.

    `timeout` is in seconds a cell; None: as long as fits this machine.
    """
    student = read(path)
    chapter = _chapter_of(student, path)
    solutions = read(chapter)
    with Session(JJAVA, chapter, fast=True, timeout=timeout or pace.allowed(CELL_TIMEOUT)) as session:
        return Scorer(Trial(session, solutions), solutions, student).score()


def summary(scores: list[Score]) -> str:
    return f"{sum(each.points for each in scores)} of {sum(each.of for each in scores)} points"


def _chapter_of(student: NotebookNode, path: Path) -> Path:
    """The chapter with which the student's notebook shares the most exercises, whatever the file is called."""
    shared = {chapter: number_answered(student, read(chapter)) for chapter in chapters()}
    best = max(shared, key=lambda chapter: shared[chapter], default=None)
    if best is None or not shared[best]:
        known = ", ".join(chapter.stem for chapter in shared) or "none yet"
        raise Problem(f"{path} holds no exercise of this course. Start from a notebook in exercises/ (there: {known}).")
    return best


class Scorer:
    """Runs a student's answers among the pristine cells of one chapter."""

    def __init__(self, trial: Trial, solutions: NotebookNode, student: NotebookNode):
        self._trial = trial
        self._stretches = list(stretches(solutions))
        self._student = submission(student, solutions)
        self._history: list[str] = []  # what brings a fresh kernel to where the last one was
        self._trouble: list[str] = []  # what has not run as it should, for the exercises after it

    def score(self) -> list[Score]:
        scores = []
        self._run_own(None)
        for stretch in self._stretches:
            if stretch.exercise is not None:
                scores.append(self._score_one(stretch))
            if stretch.exercise is None or scores[-1].verdict != RIGHT:
                self._run_pristine(stretch)
            self._run_own(stretch.cells[-1].id)
        return scores

    def _score_one(self, stretch: Stretch) -> Score:
        exercise = stretch.exercise
        answer = self._student.answers[exercise.id]
        verdict = self._try(answer, stretch)
        if not verdict.usable:
            self._revive()
        if verdict.name == RIGHT:
            return Score(exercise.id, exercise.points, exercise.points, RIGHT, "")
        if not answer.found:
            verdict = Verdict(NOT_STARTED)
        return Score(exercise.id, 0, exercise.points, verdict.name, self._explained(verdict, exercise, answer))

    def _try(self, answer: Answer, stretch: Stretch) -> Verdict:
        """Runs the answer, the student's own cells below it, and the pristine cells up to the last check."""
        source = answer.source
        own = [each for cell in stretch.cells[:-1] for each in self._student.own.get(cell.id, [])]
        while True:
            verdict = self._trial.run_foreign(source, stretch.exercise)
            if verdict.name != RIGHT:
                return verdict
            spoilt = next(((each, got) for each in own if not (got := self._trial.run_foreign(each.source)).usable), None)
            if spoilt is None:
                break
            own.remove(spoilt[0])
            self._leave_out(*spoilt)
        verdict = self._trial.check(stretch)
        if verdict.name == RIGHT:
            self._history += [source, *(each.source for each in own), *(cell.source for cell in stretch.cells[1:])]
        return verdict

    def _run_own(self, above: str | None) -> None:
        """Runs the student's own cells below a pristine one. Their errors cost nothing by themselves."""
        for each in self._student.own.get(above, []):
            verdict = self._trial.run_foreign(each.source)
            if verdict.usable:
                self._history.append(each.source)
            else:
                self._leave_out(each, verdict)

    def _run_pristine(self, stretch: Stretch) -> None:
        for cell in stretch.cells:
            verdict = self._trial.run(cell.source)
            if verdict.usable:
                self._history.append(cell.source)
            else:
                self._revive()
            if verdict.name != RIGHT and stretch.exercise is None:
                self._trouble.append(f"The set-up cell {cell.id} failed before: {_in_a_line(verdict.message)}")

    def _leave_out(self, cell: StudentCell, verdict: Verdict) -> None:
        self._trouble.append(f"Left out: your {cell}. {verdict.message}")
        self._revive()

    def _revive(self) -> None:
        """A fresh kernel, brought to where the one before was by what that one had survived."""
        while True:
            self._trial.restart()
            lost = next((source for source in self._history if not self._trial.run(source).usable), None)
            if lost is None:
                return
            self._history.remove(lost)
            self._trouble.append(f"Run a second time, this has not ended well: {_in_a_line(lost)}")

    def _explained(self, verdict: Verdict, exercise: Exercise, answer: Answer) -> str:
        """What a student should know of a verdict: what was expected and came, the hint, and what else is amiss."""
        message = re.sub(rf"^Wrong: {re.escape(exercise.id)}\W+", "", verdict.message)
        lines = [message.replace(f" {HINT}", f"\n{HINT}")] if message else []
        if verdict.name in (WRONG, ERROR):
            if exercise.hint and HINT not in message:  # an error came before the check could give it
                lines.append(HINT + exercise.hint)
            lines += self._trouble
            lines += [f"You have changed {each}. It ran as the course has it." for each in self._student.changed]
        return "\n".join(lines + answer.remarks)


def _in_a_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_LINE else line[:_LONGEST_LINE] + "…"
