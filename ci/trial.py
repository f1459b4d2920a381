"""A kernel in which answers are tried, and a referee who sees what they do there.

An answer is right when its check has run to its end, as the kernel's own reply tells, and the referee has seen the
library pass it while everything that the notebook uses meant what it means there. `convnets.notebook.Referee` says what
that guarantees, and what not.
"""

from nbformat import NotebookNode

from ci.exercises import Exercise, Stretch
from ci.referee import Referee, Ruling
from ci.session import Session
from ci.verdict import ERROR, RIGHT, Verdict, judge


class Trial:
    """Runs the cells of a notebook of solutions, and those of a student among them."""

    def __init__(self, session: Session, solutions: NotebookNode):
        self._session = session
        self._solutions = solutions
        self._referee = Referee(session, solutions)

    def restart(self) -> None:
        """A fresh kernel in place of the one before."""
        self._session.restart()
        self._referee = Referee(self._session, self._solutions)

    def run(self, source: str) -> Verdict:
        """Runs a cell of the notebook's own."""
        return judge(self._session.run_source(source))

    def run_foreign(self, source: str, exercise: Exercise | None = None) -> Verdict:
        """Runs another cell, which may answer an exercise. If it changes what the notebook's own cells mean, the kernel is usable no more."""
        ready = _ruled(Verdict(RIGHT), self._referee.prepare(exercise))
        if not ready.usable:
            return ready
        verdict = self.run(source)
        return _ruled(verdict, self._referee.rule()) if verdict.usable else verdict

    def check(self, stretch: Stretch) -> Verdict:
        """Runs what follows an answer up to its last check."""
        checks = {cell.id for cell in stretch.exercise.checks}
        verdict = Verdict(ERROR, f"exercise {stretch.exercise.id} has no check")
        for cell in stretch.cells[1:]:
            verdict = self.run(cell.source)
            if verdict.usable and (cell.id in checks or verdict.name != RIGHT):
                ruling = self._referee.rule()
                verdict = _ruled(verdict, ruling)
                if verdict.name == RIGHT and stretch.exercise.id not in ruling.passed:
                    verdict = Verdict(ERROR, f"the check of {stretch.exercise.id} has ended without a verdict")
            if verdict.name != RIGHT:
                break
        return verdict

    def try_answer(self, answer: str, stretch: Stretch) -> Verdict:
        """Runs a text for the exercise's cell, then the check."""
        verdict = self.run_foreign(answer, stretch.exercise)
        return self.check(stretch) if verdict.name == RIGHT else verdict


def _ruled(verdict: Verdict, ruling: Ruling) -> Verdict:
    """The verdict, unless the referee objects."""
    if not ruling.fouls:
        return verdict
    fouls = [f"This code {foul}." for foul in ruling.fouls]
    return Verdict(ERROR, "\n".join(filter(None, [verdict.message, *fouls])), usable=False)
