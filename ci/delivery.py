"""`./course platforms`: whether Maven delivers what the library needs on each supported platform.

Maven resolves with that platform's profile, whatever machine this is. Whether the native libraries load is for the
machine itself to show (`./course doctor`).
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from ci.console import Problem
from ci.install import maven
from ci.memory import MIB
from ci.paths import JARS
from ci.platforms import SUPPORTED, Platform
from ci.prerequisites import Jdk, Missing, find_jdk, find_maven


@dataclass(frozen=True)
class Delivery:
    """What came for a platform, and what is missing."""

    platform: Platform
    jars: list[Path]
    problems: list[str]

    def __str__(self) -> str:
        name = f"{self.platform.classifier:13}  {self.platform.name}"
        if self.problems:
            return f"BAD  {name}: {'; '.join(self.problems)}"
        size = sum(jar.stat().st_size for jar in self.jars) / MIB
        return f"ok   {name}: {len(self.jars)} jars, {size:.0f} MiB"


def deliveries() -> Iterator[Delivery]:
    """Resolves for one platform after the other; Maven fetches what it has not fetched before."""
    jdk, mvn = find_jdk(), find_maven()
    for found in (jdk, mvn):
        if isinstance(found, Missing):
            raise Problem(str(found))
    for platform in SUPPORTED:
        try:
            jars = resolve(jdk, platform)
            yield Delivery(platform, jars, native_problems(jars, platform.classifier))
        except Problem as problem:
            yield Delivery(platform, [], [_reason(str(problem))])


def profiles(platform: Platform) -> str:
    """Maven's -P: this platform's profile, and none that this machine would choose by itself."""
    others = (f"!{other.classifier}" for other in SUPPORTED if other is not platform)
    return ",".join([platform.classifier, *others])


def resolve(jdk: Jdk, platform: Platform) -> list[Path]:
    """The jars of the library's classpath on a platform."""
    file = JARS.parent / "platforms" / f"{platform.classifier}.txt"
    maven(
        jdk,
        "-U",  # ask again for what was missing the last time
        "-pl",
        "lib",
        f"-P{profiles(platform)}",
        "dependency:build-classpath",
        "-DincludeScope=runtime",
        f"-Dmdep.outputFile=target/platforms/{file.name}",  # in the module; no path of this machine for a shell to read
        log=f"platforms-{platform.classifier}",
    )
    return [Path(entry) for entry in file.read_text(encoding="utf-8").strip().split(os.pathsep)]


def native_problems(jars: list[Path], classifier: str) -> list[str]:
    """What of PyTorch's and DJL's native libraries for a platform is not in the jars."""
    problems = []
    entries = {jar: _entries(jar) for jar in jars if jar.name.startswith("pytorch-")}
    for what, folder in (("PyTorch's", f"pytorch/cpu/{classifier}/"), ("DJL's", f"jnilib/{classifier}/cpu/")):
        if not any(name.startswith(folder) and name != folder for names in entries.values() for name in names):
            problems.append(f"no jar holds {what} native library ({folder})")
    return problems


def _entries(jar: Path) -> list[str]:
    try:
        with ZipFile(jar) as archive:
            return archive.namelist()
    except (OSError, BadZipFile) as error:
        raise Problem(f"{jar.name} cannot be read ({error})") from error


def _reason(text: str) -> str:
    """Of Maven's many lines the artifact that it does not find, otherwise the first error."""
    absent = re.search(r"Could not find artifact (\S+)|(\S+) was not found in", text)
    if absent:
        return f"Maven does not find {absent.group(1) or absent.group(2)}"
    return next((line for line in text.splitlines() if line.startswith("[ERROR]")), text)
