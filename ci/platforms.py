"""The platforms for which PyTorch and DJL publish their native libraries, and what works on the others.

`./course platforms` (`ci.delivery`) holds this list against what Maven delivers. Runs with the standard library alone.
"""

import platform
from dataclasses import dataclass
from pathlib import Path

from ci.obstacle import Obstacle

CONTAINER = "a Linux container (.devcontainer describes one, for VS Code or GitHub Codespaces)"


@dataclass(frozen=True)
class Platform:
    """A supported platform; its classifier is that of PyTorch's jar, and the id of a profile in lib/pom.xml."""

    classifier: str
    name: str
    glibc: tuple[int, int] | None = None
    """The oldest that its native libraries load with (`readelf -V`)."""

    def __str__(self) -> str:
        return self.name


SUPPORTED = (
    Platform("linux-x86_64", "Linux on x86-64", glibc=(2, 29)),
    Platform("linux-aarch64", "Linux on arm64", glibc=(2, 32)),
    Platform("osx-aarch64", "macOS on Apple silicon"),
    Platform("win-x86_64", "Windows on x86-64"),
)


class Unsupported(Obstacle):
    """A machine without native libraries, and what works on it."""

    sentence = "not supported: {what}. What works: {remedy}"


@dataclass(frozen=True)
class Machine:
    """What decides: the system and the processor that Java sees, those of the machine itself, and the C library.

    An Intel JDK runs on Apple silicon, a 32-bit one on a 64-bit Windows: what it sees is not the machine.
    """

    system: str
    processor: str
    real_processor: str
    c_library: tuple[str, str] = ("", "")

    @property
    def classifier(self) -> str:
        return f"{self.system}-{self.processor}"


def machine_of(java_system: str | None = None, java_arch: str | None = None) -> Machine:
    """This machine, as a Java with these `os.name` and `os.arch` sees it (None: as Python does)."""
    apple = "arm64" if "ARM64" in platform.version() else None  # of the kernel; an Intel Python is told of an Intel Mac
    real = processor_of(apple or platform.machine())
    return Machine(
        system_of(java_system or platform.system()),
        processor_of(java_arch) if java_arch else real,
        real,
        c_library(),
    )


def system_of(name: str) -> str:
    """The word for a system in classifiers, from Java's os.name or Python's; another system keeps its own."""
    words = {"Linux": "linux", "Mac OS X": "osx", "Darwin": "osx"}
    return "win" if name.startswith("Windows") else words.get(name, name)


def processor_of(arch: str) -> str:
    """The word for a processor in classifiers, from Java's os.arch or from `uname -m`."""
    words = {"amd64": "x86_64", "x64": "x86_64", "arm64": "aarch64"}
    return words.get(arch.lower(), arch.lower())


def c_library() -> tuple[str, str]:
    """Name and version of Linux's C library, as far as they are known."""
    name, version = platform.libc_ver()
    if not name and any(Path("/lib").glob("ld-musl-*")):
        return "musl", ""
    return name, version


def judge(machine: Machine) -> Platform | Unsupported:
    """The platform that the machine is, or why it is none."""
    found = next((each for each in SUPPORTED if each.classifier == machine.classifier), None)
    if found is None:
        return _unsupported(machine)
    if found.glibc is None:
        return found
    name, version = machine.c_library
    needed = ".".join(map(str, found.glibc))
    if name == "musl":
        return Unsupported(
            "Linux with musl (Alpine); PyTorch's library is built for glibc",
            f"a Linux with glibc {needed} or newer (Debian, Ubuntu, Fedora), also in a container",
        )
    if name == "glibc" and tuple(map(int, version.split(".")[:2])) < found.glibc:
        return Unsupported(
            f"glibc {version}; PyTorch's library for {found} needs {needed}",
            "a newer Linux (Ubuntu 22.04, Debian 12), also in a container",
        )
    return found


def _unsupported(machine: Machine) -> Unsupported:
    """The classifier is none of the list: tells a wrong JDK from a wrong machine."""
    by_jdk = Machine(machine.system, machine.real_processor, machine.real_processor)
    better = next((each for each in SUPPORTED if each.classifier == by_jdk.classifier), None)
    if better is not None:
        return Unsupported(f"a JDK for {machine.processor} on a machine that is {better}", f"a JDK for {better}")
    if machine.classifier == "osx-x86_64":
        return Unsupported("macOS on an Intel processor; PyTorch is no longer published for it", CONTAINER)
    if machine.classifier == "win-aarch64":
        return Unsupported("Windows on arm64", "Linux on arm64 in it: WSL 2 with Ubuntu 22.04 or newer")
    names = ", ".join(map(str, SUPPORTED))
    return Unsupported(f"{machine.system} on {machine.processor}", f"{names}; also in a virtual machine")
