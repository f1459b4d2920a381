"""What is installed, what is wrong, and the command that mends it. Changes nothing."""

import os
import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from ci import gpu, kernels, place, surroundings
from ci.bench import machine
from ci.install import environment_ready, library_ready
from ci.paths import ROOT, VENV
from ci.platforms import Platform, Unsupported
from ci.prerequisites import Jdk, Missing, find_jdk, find_maven, find_platform, missing_python_parts

SET_UP = "./course setup"


@dataclass(frozen=True)
class Finding:
    """One thing looked at: what was found, and the remedy where that is not well."""

    name: str
    found: str
    remedy: str | None = None

    def __str__(self) -> str:
        return f"{'ok ' if self.remedy is None else 'BAD'}  {self.name:11}  {self.found}"


def examine() -> int:
    """Prints what it finds and last `ok`, or the first problem with its remedy; returns the exit status."""
    first: Finding | None = None
    for finding in findings():
        print(finding)
        if finding.remedy is not None and first is None:
            first = finding
    print(f"{first.name}: {first.found}. To mend it: {first.remedy}" if first else "ok")
    return 1 if first else 0


def findings() -> Iterator[Finding]:
    """Looks at one thing after the other, ground floor first."""
    yield Finding("system", f"{platform.system()} {platform.machine()}")
    yield Finding("processor", machine.processor())
    verdict = gpu.examine(os.environ)
    yield Finding("gpu", verdict.found, verdict.remedy)
    jdk = find_jdk()
    yield _platform(find_platform(jdk))
    yield _found("java", jdk, lambda found: f"{found.version} at {found.home}, with jdk.jshell and javac")
    yield _folder()
    yield _found("maven", find_maven(), str)
    yield _found("python", missing_python_parts() or platform.python_version(), str)
    ready = environment_ready()
    yield Finding("environment", f"{VENV.name} {'complete' if ready else 'not complete'}", None if ready else SET_UP)
    built = library_ready()
    yield Finding("library", "built" if built else "not built, or older than its sources", None if built else SET_UP)
    names = kernels.installed()
    yield Finding("kernels", ", ".join(names) or "none", None if kernels.JJAVA in names else SET_UP)
    if isinstance(jdk, Jdk) and ready and built and sys.prefix == str(VENV):
        for name in names:
            yield _kernel_at_work(name)


def _platform(found: Platform | Unsupported) -> Finding:
    if isinstance(found, Unsupported):
        return Finding("platform", f"not supported: {found.what}", f"use {found.remedy}")
    return Finding("platform", f"{found}, supported")


def _folder() -> Finding:
    wrong = place.problem()
    if wrong:
        return Finding("folder", wrong.what, wrong.remedy)
    moved = surroundings.moved()
    return Finding("folder", f"{ROOT}; {moved}" if moved else str(ROOT))


def _found(name: str, result: object, text) -> Finding:
    if isinstance(result, Missing):
        return Finding(name, f"missing: {result.what}", result.remedy)
    return Finding(name, text(result))


def _kernel_at_work(name: str) -> Finding:
    """Starts the kernel and the library in it, as a notebook's first two cells do."""
    from nbformat.v4 import new_code_cell

    from ci.console import Problem
    from ci.outputs import text_of
    from ci.session import Session
    from ci.structure import CLASSPATH

    cell = new_code_cell("convnets.notebook.Course.init();")
    try:
        with Session(name, ROOT / "ci" / "doctor.ipynb", fast=True, timeout=120) as session:
            failure = session.run_source(CLASSPATH) or session.run(cell)
    except Problem as problem:
        return Finding(name, str(problem), SET_UP)
    if failure:
        lines = [line for line in failure.text.splitlines() if line.strip() and not line.startswith("|")]
        return Finding(name, lines[0] if lines else failure.text, "rm -r .venv lib/target && ./course setup")
    return Finding(name, text_of(cell).strip())
