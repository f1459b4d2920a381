"""Which GPU there is, and whether DJL can compute on it with the PyTorch that the environment names.

DJL calls PyTorch through a small native library of its own, its glue, which must have been built for that PyTorch. The
course's jars hold the one for PyTorch 2.7.1 and CUDA 12.8. For another PyTorch it can be built from DJL's sources; DJL
takes one that lies beside PyTorch's library, or in its cache under PyTorch's version.
"""

import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

DJL = "0.35.1"
"""DJL's version, in the name of its glue."""

BUNDLED = "2.7.1"
"""The PyTorch that the jars have a glue for, for one CUDA."""

FLAVOR = "cu128"

README = "see the README's section on GPUs, or compute on the CPU: unset PYTORCH_LIBRARY_PATH"


@dataclass(frozen=True)
class Verdict:
    """What was found, and the remedy where it does not work."""

    found: str
    remedy: str | None = None


def examine(environment: Mapping[str, str]) -> Verdict:
    """Looks at the machine's GPUs, and at what `environment` says of PyTorch."""
    gpus = names() or "no GPU of NVIDIA's found"
    folder = environment.get("PYTORCH_LIBRARY_PATH")
    if not folder:
        unused = "; PyTorch's library of the course is for the CPU, and PYTORCH_LIBRARY_PATH names no other"
        return Verdict(gpus + (unused if names() else ""))
    torch = Path(folder)
    if not list(torch.glob("*torch_cpu.*")):
        return Verdict(f"{gpus}; PYTORCH_LIBRARY_PATH={folder} holds no library of PyTorch's", README)
    version = version_of(torch)
    what = f"{gpus}; PyTorch {version or 'of an unknown version'} in {folder}"
    if not list(torch.glob("*torch_cuda.*")):
        return Verdict(f"{what} is built for the CPU only")
    told, flavor = environment.get("PYTORCH_VERSION"), environment.get("PYTORCH_FLAVOR")
    if version and told != version:
        return Verdict(f"{what}, but PYTORCH_VERSION is {told}", f"export PYTORCH_VERSION={version}")
    glue = glue_of(torch, told, flavor, environment)
    if glue:
        return Verdict(f"{what}, with the glue {glue}")
    if told != BUNDLED:
        remedy = f"install PyTorch {BUNDLED} for CUDA 12.8, or build the glue; {README}"
        return Verdict(f"{what}: DJL has no glue for it", remedy)
    if flavor != FLAVOR:
        return Verdict(f"{what}, but PYTORCH_FLAVOR is {flavor}", f"export PYTORCH_FLAVOR={FLAVOR}")
    return Verdict(f"{what}, with DJL's glue for {FLAVOR}")


def names() -> str:
    """The GPUs' names and the driver's version, as the driver's tool tells them; empty without it."""
    query = ["nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader"]
    try:
        done = subprocess.run(query, capture_output=True, encoding="utf-8", errors="replace", timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    lines = [line.strip().replace(", ", ", driver ") for line in done.stdout.splitlines() if line.strip()]
    return "; ".join(lines) if done.returncode == 0 else ""


def version_of(torch: Path) -> str | None:
    """PyTorch's version, by the folder of its libraries: that of a Python package or of a bare libtorch."""
    places = (
        (torch.parent / "version.py", r"__version__ = '([\d.]+)"),
        (torch.parent / "build-version", r"([\d.]+)"),
    )
    for file, pattern in places:
        found = re.search(pattern, file.read_text(encoding="utf-8")) if file.exists() else None
        if found:
            return found[1]
    return None


def glue_of(torch: Path, version: str | None, flavor: str | None, environment: Mapping[str, str]) -> Path | None:
    """Where DJL finds a glue before it looks into the jars; None if it finds none there."""
    cache = Path(environment.get("DJL_CACHE_DIR") or Path.home() / ".djl.ai")
    places = (
        torch / f"{DJL}-libdjl_torch.so",
        torch / "libdjl_torch.so",
        place_of_glue(cache, version, flavor),
    )
    return next((place for place in places if place.exists()), None)


def place_of_glue(cache: Path, version: str | None, flavor: str | None) -> Path:
    """Where in its cache DJL keeps the glue for a PyTorch."""
    return cache / "pytorch" / f"{version}-{flavor}-linux-x86_64" / f"{DJL}-libdjl_torch.so"
