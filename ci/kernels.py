"""The Java kernels of the virtual environment: JJava, and a reader's own IJava where there is one.

Both are started directly by the JDK that set-up has checked. (JJava's own launcher calls whichever `java` comes
first on the path, as a second process that outlives a kill.) Runs with the standard library alone.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from ci.paths import KERNELS, ROOT, VENV
from ci.prerequisites import Jdk

JJAVA = "java"
"""The name that the notebooks carry."""

IJAVA = "ijava"

JVM_OPTIONS = [
    "-Xmx3g",  # tensors live outside the heap
    "-Djava.awt.headless=true",
    "-Dfile.encoding=UTF-8",  # as from Java 18 on; Java 17 takes the system's
    "-XX:+UseSerialGC",  # with the next: half a second less from start to first plot
    "-XX:TieredStopAtLevel=1",
    "--enable-native-access=ALL-UNNAMED",  # Java 25 warns of native libraries otherwise
]

KEPT_MEMORY = str(4 << 30)
ENVIRONMENT = {
    # Without these the C library returns a batch's memory after each step and faults it in again: 5 to 12 % slower.
    "MALLOC_TRIM_THRESHOLD_": KEPT_MEMORY,
    "MALLOC_MMAP_THRESHOLD_": KEPT_MEMORY,
    "MALLOC_ARENA_MAX": "1",
    # Pages of 2 MiB where the system has them: a tenth of the page faults. In a process that has computed other things
    # before, prepared inference is a tenth faster in the mean; in a fresh one, and in training, nothing is won or lost.
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
}


def install_jjava(jdk: Jdk) -> None:
    """Rewrites the kernelspec that the jjava package has put into the environment."""
    arguments = [
        jdk.java,
        *JVM_OPTIONS,
        "--add-opens",
        "jdk.jshell/jdk.jshell=ALL-UNNAMED",
        "-jar",
        "{resource_dir}/jjava.jar",
        "{connection_file}",
    ]
    _write(JJAVA, arguments, "Java", ENVIRONMENT)


def install_ijava(jdk: Jdk, origin: Path | None) -> None:
    """Puts IJava beside JJava, from an installer or from another kernelspec, with the same settings.

    Without an origin, what an earlier set-up has put there is taken away.
    """
    shutil.rmtree(KERNELS / IJAVA, ignore_errors=True)
    if origin is None:
        return
    if origin.is_dir():
        shutil.copytree(origin, KERNELS / IJAVA, dirs_exist_ok=True)
    else:
        subprocess.run([str(origin), str(VENV), IJAVA], check=True, capture_output=True)
    spec = json.loads((KERNELS / IJAVA / "kernel.json").read_text(encoding="utf-8"))
    jar = next(argument for argument in spec["argv"] if argument.endswith(".jar"))
    arguments = [jdk.java, *JVM_OPTIONS, "-jar", jar, "{connection_file}"]
    _write(IJAVA, arguments, "Java (IJava)", spec.get("env", {}) | ENVIRONMENT)


def archive_of(name: str) -> Path:
    """Where the class-data archive of a kernel is (`ci.archive` makes it)."""
    return KERNELS / name / "classes.jsa"


def use_archive(name: str) -> None:
    """Lets a kernel start from its archive. A JVM for which it is stale goes without, and says nothing."""
    _set_archive_options(name, [f"-XX:SharedArchiveFile={archive_of(name)}", "-Xshare:auto", "-Xlog:cds*=off"])


def forget_archive(name: str) -> None:
    """Lets a kernel start without an archive, as it must to write another."""
    _set_archive_options(name, [])
    archive_of(name).unlink(missing_ok=True)


def _set_archive_options(name: str, options: list[str]) -> None:
    file = KERNELS / name / "kernel.json"
    spec = json.loads(file.read_text(encoding="utf-8"))
    java, *rest = spec["argv"]
    old = ("-XX:SharedArchiveFile=", "-Xshare:", "-Xlog:cds")
    spec["argv"] = [java, *options, *(argument for argument in rest if not argument.startswith(old))]
    _replace(file, spec)


def find_ijava() -> Path | None:
    """A reader's IJava: the folder of its kernelspec, or an installer in `shared/` beside the repository."""
    for folder in kernel_folders():
        for spec in sorted(folder.glob("*/kernel.json")):
            if "ijava" in _jar(spec):
                return spec.parent
    installers = sorted((ROOT.parent / "shared" / "kernels").glob("ijava-*/install"))
    return installers[-1] if installers else None


def kernel_folders() -> list[Path]:
    """Where Jupyter looks for kernels besides the environment's own."""
    home = Path.home()
    folders = [Path(entry) for entry in os.environ.get("JUPYTER_PATH", "").split(os.pathsep) if entry]
    if sys.platform == "darwin":
        folders.append(home / "Library" / "Jupyter")
    if os.name == "nt":
        folders += [Path(os.environ[name]) / "jupyter" for name in ("APPDATA", "PROGRAMDATA") if name in os.environ]
    else:
        folders += [home / ".local/share/jupyter", Path("/usr/local/share/jupyter"), Path("/usr/share/jupyter")]
    return [folder / "kernels" for folder in folders]


def installed() -> list[str]:
    """The names of the Java kernels in the environment."""
    return [name for name in (JJAVA, IJAVA) if (KERNELS / name / "kernel.json").exists()]


def _jar(spec: Path) -> str:
    """The file name of the jar that a kernelspec starts, in lower case; empty where it starts none."""
    try:
        arguments = json.loads(spec.read_text(encoding="utf-8"))["argv"]
    except (OSError, ValueError, KeyError):
        return ""
    return next((Path(argument).name.lower() for argument in arguments if argument.endswith(".jar")), "")


def _write(name: str, arguments: list[str], display_name: str, environment: dict[str, str]) -> None:
    spec = {
        "argv": arguments,
        "display_name": display_name,
        "language": "java",
        "interrupt_mode": "message",
        "env": environment,
    }
    archive_of(name).unlink(missing_ok=True)  # another JVM's, perhaps
    _replace(KERNELS / name / "kernel.json", spec)


def _replace(file: Path, spec: dict[str, object]) -> None:
    part = file.with_suffix(".part")
    part.write_text(json.dumps(spec, indent=2) + "\n", encoding="utf-8")
    os.replace(part, file)
