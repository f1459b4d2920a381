"""The scorer's side of the library's `Referee`, which watches a kernel from within."""

import hmac
import json
import os
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field

from nbformat import NotebookNode

from ci.console import Problem
from ci.exercises import Exercise, exercises_of
from ci.notebook import code_cells
from ci.paths import JARS
from ci.session import Session

_CLASS = "convnets.notebook.Referee"
_SIGNED = re.compile(r"([0-9a-f]{64})\n(.*)\Z", re.DOTALL)


@dataclass(frozen=True)
class Ruling:
    """What the referee says: sentences without their subject on what is amiss, and the checks that passed."""

    fouls: list[str] = field(default_factory=list)
    passed: set[str] = field(default_factory=set)


class Referee:
    """Appointed in a fresh kernel, before anything of a student's runs there."""

    def __init__(self, session: Session, solutions: NotebookNode):
        exercises = exercises_of(solutions)
        answers = [exercise.solution for exercise in exercises]
        checks = [cell for exercise in exercises for cell in exercise.checks]
        exercise_cells = {cell.id for cell in answers + checks}
        set_up = [cell for cell in code_cells(solutions) if cell.id not in exercise_cells]
        self._session = session
        self._secret = secrets.token_hex(32)
        jars = os.path.relpath(JARS, session.folder).replace(os.sep, "/")
        arguments = ", ".join([json.dumps(self._secret), *map(_java_array, (set_up, checks, answers))])
        for source in (f"%classpath {jars}/*.jar", f"{_CLASS}.appoint({arguments});"):
            failure = session.run_source(source)
            if failure:
                raise Problem(f"the library cannot be used ({failure.text}). Try: ./course setup")

    def prepare(self, exercise: Exercise | None = None) -> Ruling:
        """Makes ready for a cell that is not the notebook's own: of the student's own, or an answer to an exercise."""
        return self._ask("prepare", exercise.solution.source if exercise else "")

    def rule(self) -> Ruling:
        """What is amiss, and which checks have passed since it was last asked."""
        return self._ask("rule")

    def _ask(self, what: str, *arguments: str) -> Ruling:
        nonce = secrets.token_hex(16)
        failure = self._session.run_source(f"{_CLASS}.{what}({', '.join(map(json.dumps, (nonce, *arguments)))});")
        signed = _SIGNED.search(failure.value if failure else "")
        signature, text = signed.groups() if signed else ("", "")
        expected = hmac.new(self._secret.encode(), f"{nonce}\n{text}".encode(), "sha256").hexdigest()
        if not hmac.compare_digest(signature, expected):
            return Ruling([f"keeps the referee from its work: {failure.text if failure else 'it does not answer'}"])
        lines = [line.split(" ", 1) for line in text.splitlines()]
        return Ruling([rest for kind, rest in lines if kind == "foul"], {rest for kind, rest in lines if kind == "passed"})


def _java_array(cells: Iterable[NotebookNode]) -> str:
    return f"new String[] {{{', '.join(json.dumps(cell.source) for cell in cells)}}}"
