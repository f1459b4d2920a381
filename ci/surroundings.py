"""What Java, Maven and Jupyter find around them: an encoding that knows every name, and folders that can be written.

A reader's machine may lack either: a locale without UTF-8 (`LC_ALL=C`, a locale that is not installed), no HOME, a
home that cannot be written. What is lacking is put into our environment, which all that we start inherits; what the
reader has set stays. Runs with the standard library alone.
"""

import locale
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from ci.paths import ROOT

OWN_HOME = ROOT / ".home"
"""Takes what the reader's home cannot; `.gitignore` names it."""

DJL = "DJL_CACHE_DIR"
"""Names the folder from which DJL loads PyTorch's native library."""

UTF8_LOCALES = ("C.UTF-8", "C.utf8", "en_US.UTF-8")
"""In the order in which they are tried; the first is on every Linux of today, the last on every Mac."""


def settle() -> None:
    """Puts into the environment what is lacking. A second call changes nothing."""
    os.environ["PYTHONUTF8"] = "1"
    _settle_locale()
    _settle_home()
    os.environ.update(moved_folders())


def moved_folders() -> dict[str, str]:
    """The folders that go to `.home`, each under the variable that says so to its program."""
    return {
        variable: str(OWN_HOME / inside)
        for variable, inside, usual in _folders()
        if variable not in os.environ and not (can_be_written(usual) and (variable != DJL or runs_programs(usual)))
    }


def moved() -> str | None:
    """What is kept in `.home` instead of the reader's, in words; None where nothing is."""
    names = sorted(name for name, value in os.environ.items() if value.startswith(str(OWN_HOME)))
    names += ["Maven's repository"] if maven_options() else []
    return f"{', '.join(names)} in {OWN_HOME.name}: the home is missing or takes no files" if names else None


def maven_options() -> list[str]:
    """Tells Maven of another repository where it cannot write its usual one."""
    chosen = os.environ.get("MAVEN_OPTS", "") + os.environ.get("MAVEN_ARGS", "")
    if "maven.repo.local" in chosen or can_be_written(java_home() / ".m2" / "repository"):
        return []
    return [f"-Dmaven.repo.local={OWN_HOME / 'm2'}"]


def bin_takes(folder: Path) -> bool:
    """Whether what is deleted in a folder can go to the bin; Linux has it in the home, and for that disk alone."""
    if sys.platform in ("win32", "darwin"):
        return True
    trash = _variable("XDG_DATA_HOME", Path(os.path.expanduser("~"), ".local", "share")) / "Trash"
    return can_be_written(trash) and os.stat(_nearest(trash)).st_dev == os.stat(folder).st_dev


def can_be_written(folder: Path) -> bool:
    """Whether a folder can be written, or made where it is not yet, under a name that Java can read."""
    existing = _nearest(folder)
    if not existing.is_dir() or not folder.is_absolute():
        return False
    return os.access(existing, os.W_OK | os.X_OK) and java_reads(folder)


def runs_programs(folder: Path) -> bool:
    """Whether the disk of a folder lets native code run; some homes do not (mounted `noexec`)."""
    if not hasattr(os, "ST_NOEXEC"):
        return True
    return not os.statvfs(_nearest(folder)).f_flag & os.ST_NOEXEC


def _nearest(folder: Path) -> Path:
    """The folder, or the nearest above it that is there; the folder where none is (a drive of Windows that is gone)."""
    return next((each for each in (folder, *folder.parents) if os.path.exists(each)), folder)


def java_reads(path: Path) -> bool:
    """Whether Java can open files of this name; those that its encoding lacks do not exist for it."""
    try:
        str(path).encode(java_encoding())
    except UnicodeEncodeError:
        return False
    return True


def java_encoding() -> str:
    """The encoding in which Java reads names of files."""
    if os.name == "nt":
        return "mbcs"  # the code page of the system
    return "utf-8" if sys.platform == "darwin" or _is_utf8("") else "ascii"


def java_home() -> Path:
    """The home that Java sees: the one in the list of users, whatever HOME says. `settle` tells it of one if need be."""
    return _listed_home() or Path(os.path.expanduser("~"))


def _folders() -> Iterator[tuple[str, str, Path]]:
    """What is written in a home: the variable that moves it, its place in `.home`, its usual place."""
    home, javas = Path(os.path.expanduser("~")), java_home()
    if os.name == "nt":
        data = _variable("APPDATA", home / "AppData" / "Roaming") / "jupyter"
        caches = _variable("LOCALAPPDATA", javas / "AppData" / "Local")
    elif sys.platform == "darwin":
        data = home / "Library" / "Jupyter"
        caches = javas / "Library" / "Caches"
    else:
        data = _variable("XDG_DATA_HOME", home / ".local" / "share") / "jupyter"
        caches = _variable("XDG_CACHE_HOME", javas / ".cache")
    config = _variable("JUPYTER_CONFIG_DIR", home / ".jupyter")
    if "ENGINE_CACHE_DIR" not in os.environ:
        yield DJL, "djl", javas / ".djl.ai"
    yield "CONVNETS_WEIGHTS", "weights", caches / "convnets" / "weights"
    yield "JUPYTER_DATA_DIR", "jupyter", data
    yield "JUPYTERLAB_SETTINGS_DIR", "lab/settings", config / "lab" / "user-settings"
    yield "JUPYTERLAB_WORKSPACES_DIR", "lab/workspaces", config / "lab" / "workspaces"


def _variable(name: str, usual: Path) -> Path:
    return Path(os.environ.get(name) or usual)


def _settle_home() -> None:
    """For a user whom the system does not know, as containers start one. Java would take a folder named `?`."""
    if not os.path.isabs(os.path.expanduser("~")):
        os.environ["USERPROFILE" if os.name == "nt" else "HOME"] = str(OWN_HOME)
    options = os.environ.get("JDK_JAVA_OPTIONS", "")
    if os.name != "nt" and _listed_home() is None and "-Duser.home=" not in options:
        os.environ["JDK_JAVA_OPTIONS"] = f'{options} "-Duser.home={os.path.expanduser("~")}"'.strip()


def _listed_home() -> Path | None:
    """The user's home in the system's list of users; None on Windows, and for a user who is not in it."""
    if os.name == "nt":
        return None
    import pwd

    try:
        return Path(pwd.getpwuid(os.getuid()).pw_dir)
    except KeyError:
        return None


def _settle_locale() -> None:
    if os.name == "nt" or _is_utf8(""):
        return
    name = next(filter(_is_utf8, UTF8_LOCALES), None)
    if name is not None:
        os.environ["LC_ALL"] = name


def _is_utf8(name: str) -> bool:
    """Whether a locale (empty: that of the environment) is there and speaks UTF-8."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        locale.setlocale(locale.LC_CTYPE, name)
        return locale.nl_langinfo(locale.CODESET).upper().replace("-", "") == "UTF8"
    except locale.Error:
        return False
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
