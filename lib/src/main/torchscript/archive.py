"""Writes a scripted module as an archive that the library loads.

Beside the code it holds two records: the hash of the scripts it was made from, by which a test sees that it is up to
date, and the operators that it calls, which a test compares with those of each platform.
"""

import hashlib
import io
from pathlib import Path

import torch


FOLDER = Path(__file__).resolve().parents[1] / "resources" / "convnets" / "torch"


def save(module: torch.nn.Module, name: str, *sources: str) -> None:
    """Scripts a module and saves it among the library's resources as NAME.pt.

    Leaves out the debug records, which hold the paths of the machine that built the module.
    """
    scripted = torch.jit.script(module)
    digest = hashlib.sha256()
    for source in sources:
        digest.update(Path(source).read_bytes())
    records = {
        "source.sha256": digest.hexdigest(),
        "operators.txt": "\n".join(sorted(operators(scripted))) + "\n",
    }
    whole = io.BytesIO()
    torch.jit.save(scripted, whole, _extra_files=records)
    whole.seek(0)
    reader = torch._C.PyTorchFileReader(whole)
    writer = torch._C.PyTorchFileWriter(str(FOLDER / f"{name}.pt"))
    # By this number a reader knows what the operators mean: as of old, where nothing is said.
    version = ".data/version" if reader.has_record(".data/version") else "version"
    writer.set_min_version(int(reader.get_record(version)))
    for record in reader.get_all_records():
        if not record.endswith(".debug_pkl") and not record.startswith(".data") and record not in ("version", "byteorder"):
            content = reader.get_record(record)
            writer.write_record(record, content, len(content))
    writer.write_end_of_file()


def operators(scripted: torch.jit.ScriptModule) -> set[str]:
    """`namespace::name.overload` of all that the methods call, but for what the interpreter computes itself.

    The code that is saved names a few more, in branches that are never taken: the test reads it as well.
    """
    names: set[str] = set()
    for name in scripted._c._method_names():
        _collect(scripted._c._get_method(name).inlined_graph, names)
    return {name for name in names if not name.startswith("prim::")}


def _collect(block: torch._C.Block, names: set[str]) -> None:
    for node in block.nodes():
        names.add(node.schema().partition("(")[0] or node.kind())  # "(no schema)" is the interpreter's
        for inner in node.blocks():
            _collect(inner, names)
