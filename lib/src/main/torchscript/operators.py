#!/usr/bin/env python3
"""Writes operators/PLATFORM.txt: the operators in PyTorch's library for each platform that the course supports.

    python operators.py        (fetches the libraries through Maven, 70 MB each; needs the standard library alone)

An archive that names one operator which its reader's PyTorch lacks does not load at all. A test holds these lists
against what `torch_ops.pt` names. They are made anew when PyTorch's version changes.

An operator is in a library if the text of its schema is, `name.overload(Tensor self, …) -> Tensor`. Namespaces that the
text does not give are `aten`, but for a few operators of distributed training and of the compiler, which nobody calls
here. Those of `prim` are left out: they belong to the interpreter, which is the same everywhere.
"""

import re
import subprocess
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[3]

SCHEMA = re.compile(rb"(?:([a-z_0-9]+)::)?([A-Za-z_][A-Za-z_0-9]*(?:\.[A-Za-z_0-9]+)?)\(.*\) ?-> .+", re.DOTALL)
LONGEST = 8000
"""Bytes of a schema's text, generously."""


def library(platform: str, version: str) -> bytes:
    """PyTorch's library for the CPU, out of the jar."""
    artifact = f"ai.djl.pytorch:pytorch-native-cpu:{version}:jar:{platform}"
    with tempfile.TemporaryDirectory() as folder:
        command = ["mvn", "-q", "-B", "dependency:copy", f"-Dartifact={artifact}", f"-DoutputDirectory={folder}"]
        subprocess.run(command, check=True, cwd=ROOT)
        with zipfile.ZipFile(next(Path(folder).glob("*.jar"))) as jar:
            name = next(name for name in jar.namelist() if re.search(r"torch_cpu\.(so|dylib|dll)$", name))
            return jar.read(name)


def operators(library: bytes) -> set[str]:
    """The names of all operators, `namespace::name.overload`."""
    found = set()
    declared = {library[m.end() : m.end() + int(m[1])].decode() for m in re.finditer(rb"_ZN2at4_ops(\d+)", library)}
    end = 0
    while (arrow := library.find(b"-> ", end)) >= 0:
        start = library.rfind(b"\0", max(0, arrow - LONGEST), arrow) + 1
        end = library.find(b"\0", arrow)
        schema = SCHEMA.fullmatch(library, start, end) if end - start < LONGEST else None
        if schema:
            namespace, name = (schema[1] or b"aten").decode(), schema[2].decode()
            found.add(f"{namespace}::{name}")
            found.update(f"aten::{other}" for other in endings(name) if other.replace(".", "_") in declared)
    return {name for name in found if not name.startswith("prim::")}


def endings(name: str) -> list[str]:
    """What a linker for Linux may have kept inside this name alone, as `dropout_(…)` in `alpha_dropout_(…)`.

    Whether it is an operator, the library's C++ functions `at::_ops::…` tell.
    """
    base = name.partition(".")[0]
    return [name[i:] for i in range(1, len(base))]


def main() -> None:
    pom, library_pom = ((ROOT / file).read_text(encoding="utf-8") for file in ("pom.xml", "lib/pom.xml"))
    version = re.search(r"<pytorch.version>(.*?)</pytorch.version>", pom)[1]
    for platform in re.findall(r"<native.classifier>(.*?)</native.classifier>", library_pom):
        names = sorted(operators(library(platform, version)))
        file = HERE / "operators" / f"{platform}.txt"
        file.write_text("\n".join(names) + "\n", encoding="utf-8", newline="\n")
        print(f"{file.name}: {len(names)} operators of PyTorch {version}")


if __name__ == "__main__":
    main()
