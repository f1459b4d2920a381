"""What a machine must have before set-up can start, and the command that installs what it has not.

Runs in any Python 3.10 with the standard library alone.
"""

import importlib.util
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ci.obstacle import Obstacle
from ci.platforms import Platform, Unsupported, judge, machine_of

JAVA_FLOOR = 17

_IN_UTF8 = ("-Dfile.encoding=UTF-8", "-Dstdout.encoding=UTF-8", "-Dstderr.encoding=UTF-8")
"""How `java` is asked about itself: Java 17 heeds the first, newer ones the others. Its home may have any name."""

REMEDIES = {
    "jdk": {
        "apt": "sudo apt install openjdk-17-jdk-headless",
        "brew": "brew install openjdk && export JAVA_HOME=$(brew --prefix openjdk)",
        "winget": "winget install EclipseAdoptium.Temurin.21.JDK",
    },
    "maven": {
        "apt": "sudo apt install maven",
        "brew": "brew install maven",
        "winget": "winget install Apache.Maven",
    },
    "python": {
        "apt": "sudo apt install python3 python3-venv",
        "brew": "brew install python",
        "winget": "winget install Python.Python.3.12",
    },
    "venv": {
        "apt": f"sudo apt install python{sys.version_info.major}.{sys.version_info.minor}-venv",
        "brew": "brew install python",
        "winget": "winget install Python.Python.3.12",
    },
}
"""The command that installs a prerequisite, by prerequisite and package manager."""


class Missing(Obstacle):
    """A prerequisite that is not there: what was found instead, and the command that installs it."""

    sentence = "missing: {what}. To install it: {remedy}"


@dataclass(frozen=True)
class Jdk:
    """A Java development kit that can run the kernels and compile the library."""

    java: str
    home: str
    version: str
    system: str
    arch: str


def remedy(prerequisite: str, system: str | None = None) -> str:
    """The command for this system; on a Linux without apt, the Debian command as the nearest hint."""
    manager = {"Darwin": "brew", "Windows": "winget"}.get(system or platform.system(), "apt")
    return REMEDIES[prerequisite][manager]


def find_jdk() -> Jdk | Missing:
    """The JDK of `JAVA_HOME` where that is set, otherwise of the `java` on the path."""
    home = os.environ.get("JAVA_HOME")
    where = f"at JAVA_HOME ({home})" if home else "on the path"
    java = shutil.which("java", path=os.path.join(home, "bin") if home else None)
    if java is None:
        hint = "unset JAVA_HOME, or: " if home else ""
        return Missing(f"a JDK {JAVA_FLOOR} or newer (no `java` {where})", hint + remedy("jdk"))
    try:
        answer = _output(java, *_IN_UTF8, "-XshowSettings:properties", "-version")
        modules = _output(java, "--list-modules") if "java.home" in answer else ""
    except (OSError, subprocess.SubprocessError) as error:
        return Missing(f"a JDK {JAVA_FLOOR} or newer (`{java}` does not run: {error})", remedy("jdk"))
    return judge_java(java, answer, modules)


def judge_java(java: str, settings: str, modules: str) -> Jdk | Missing:
    """Reads the answers of `java -XshowSettings:properties -version` and `java --list-modules`."""
    version = _property(settings, "java.specification.version")
    home = _property(settings, "java.home")
    if version is None or home is None:
        return Missing(f"a JDK {JAVA_FLOOR} or newer (`{java}` is something else)", remedy("jdk"))
    major = int(version.split(".")[-1])  # "1.8" or "17"
    if major < JAVA_FLOOR:
        return Missing(f"a JDK {JAVA_FLOOR} or newer (`{java}` is Java {major})", remedy("jdk"))
    if not re.search(r"^jdk\.jshell\b", modules, re.MULTILINE):
        return Missing(
            f"a whole JDK (`{java}` is a runtime without jdk.jshell, and no Java kernel starts in it)", remedy("jdk")
        )
    if shutil.which("javac", path=os.path.join(home, "bin")) is None:
        return Missing(f"the compiler of the JDK (`{java}` has no `javac` beside it)", remedy("jdk"))
    system, arch = _property(settings, "os.name"), _property(settings, "os.arch")
    return Jdk(java, home, _property(settings, "java.version") or version, system or "", arch or "")


def find_platform(jdk: Jdk | Missing) -> Platform | Unsupported:
    """What this machine is to the JDK, or without one what it is by itself."""
    return judge(machine_of(jdk.system, jdk.arch) if isinstance(jdk, Jdk) else machine_of())


def find_maven() -> str | Missing:
    """The path of `mvn`."""
    return shutil.which("mvn") or Missing("Maven (no `mvn` on the path)", remedy("maven"))


def missing_python_parts(present: Callable[[str], bool] | None = None) -> Missing | None:
    """Debian ships Python without what `python -m venv` needs; `present` tells whether a module is there."""
    present = present or (lambda module: importlib.util.find_spec(module) is not None)
    if present("venv") and present("ensurepip"):
        return None
    return Missing(f"venv and ensurepip of {Path(sys.executable).name}, which Debian packs apart", remedy("venv"))


def find_all() -> tuple[Jdk | None, list[Obstacle]]:
    """The JDK where there is one, and everything that stands in the way."""
    jdk = find_jdk()
    found = [find_platform(jdk), jdk, find_maven(), missing_python_parts()]
    return (jdk if isinstance(jdk, Jdk) else None), [each for each in found if isinstance(each, Obstacle)]


def _output(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", timeout=60)
    return done.stdout + done.stderr


def _property(settings: str, name: str) -> str | None:
    found = re.search(rf"^\s*{re.escape(name)} = (.*?)\s*$", settings, re.MULTILINE)
    return found.group(1) if found else None
