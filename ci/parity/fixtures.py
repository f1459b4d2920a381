"""Writes the fixtures that the library's tests compare with, so that CI needs no PyTorch.

    .venv-pytorch/bin/python -m ci.parity.fixtures [MODEL…]          all, or only these; other rows are kept

A row of `counts.tsv` holds a network, its reference, and how many numbers the reference learns with its published
number of classes. A row of `models.tsv` holds, for a network with ten classes whose weights, images and labels come from the formula:
name, reference, images, a digest of the names and shapes, the logits in evaluation mode, and after one training step
the loss, the gradients of the first and the last weight (name, norm and projection) and the running statistics. The
step is in double precision: in single, rounding puts inputs of ReLUs on the other side of zero, on each processor and
with each number of threads others, and gradients of deep nets differ by percents.
`ReferenceTest` writes the same formula again.
"""

import hashlib
import json
import sys
import zlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ci import programs
from ci.parity.reference import Reference, references
from ci.parity.step import evaluate, train_step

FOLDER = Path(__file__).parents[2] / "lib" / "src" / "test" / "resources" / "reference"
MODELS = FOLDER / "models.tsv"
COUNTS = FOLDER / "counts.tsv"

CLASSES = 10
BATCH = 4

MASK = np.uint64(2**32 - 1)


def uniform(name: str, size: int) -> Tensor:
    """Numbers in [0, 1) that a hash draws from the name and the place; integers of 64 bits that wrap."""
    with np.errstate(over="ignore"):
        k = (np.arange(1, size + 1, dtype=np.uint64) * 2654435761 + zlib.crc32(name.encode())) & MASK
        k = ((k ^ (k >> 16)) * 2246822519) & MASK
        k = ((k ^ (k >> 13)) * 3266489917) & MASK
        k = k ^ (k >> 16)
    return torch.from_numpy(k.astype(np.float64) / 2**32)


def value(name: str, like: Tensor) -> Tensor:
    """A parameter: (u - 0.5) * sqrt(24 / fan-in) for a matrix or kernel, which is He's variance; 0.2 + 0.4 u for a
    gamma; 0.5 + u for a running variance; u - 0.5 for everything else."""
    u = uniform(name, like.numel())
    if like.dim() > 1:
        u = (u - 0.5) * (24 / (like.numel() // like.shape[0])) ** 0.5
    elif name.endswith("weight"):
        u = 0.2 + 0.4 * u
    elif name.endswith("running_var"):
        u = u + 0.5
    else:
        u = u - 0.5
    return u.float().reshape(like.shape)


def digest(parameters: dict[str, Tensor]) -> str:
    lines = sorted(f"{name} {'x'.join(map(str, t.shape))}\n" for name, t in parameters.items())
    return hashlib.sha256("".join(lines).encode()).hexdigest()[:16]


def projection(name: str, tensor: Tensor) -> float:
    """The array in one number that every element moves: its product with numbers from the formula."""
    return float((tensor.double().flatten() * (uniform(f"projection {name}", tensor.numel()) - 0.5)).sum())


def row(model: str, reference: Reference) -> str:
    torch.manual_seed(0)
    net = reference.build(CLASSES)
    parameters = reference.parameters(net)
    with torch.no_grad():
        for name, tensor in parameters.items():
            tensor.copy_(value(name, tensor))
    shape = (BATCH, *reference.small)
    images = (uniform("input", torch.Size(shape).numel()) - 0.5).float().reshape(shape)
    labels = torch.arange(BATCH) * 3 % CLASSES
    logits = evaluate(net, images)
    net.double()
    parameters = reference.parameters(net)
    arrays = train_step(net, parameters, images.double(), labels)
    weights = [name for name, tensor in parameters.items() if tensor.dim() > 1]
    gradients = {name: arrays[f"gradient {name}"] for name in (weights[0], weights[-1])}
    statistics = sum(projection(name[11:], t) for name, t in arrays.items() if name.startswith("statistics "))
    return "\t".join(
        [
            model,
            reference.label,
            "x".join(map(str, shape)),
            digest(parameters),
            " ".join(f"{v:.6g}" for v in logits.flatten().tolist()),
            f"{arrays['loss']:.9g}",
            *(f"{name} {g.norm():.9g} {projection(name, g):.9g}" for name, g in gradients.items()),
            f"{statistics:.9g}",
        ]
    )


def count(model: str, classes: int, reference: Reference) -> str:
    with torch.device("meta"):
        net = reference.build(classes)
    parameters = sum(parameter.numel() for parameter in net.parameters())
    return f"{model}\t{reference.label}\t{parameters}"


def update(file: Path, rows: dict[str, str], known: Iterable[str]) -> None:
    """Puts rows in the place of those of the same model; what is no model any more is dropped."""
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    kept = {line.split("\t")[0]: line for line in lines} | rows
    text = "".join(f"{line}\n" for name, line in sorted(kept.items()) if name in known)
    file.write_text(text, encoding="utf-8")


def main(names: list[str]) -> None:
    all_references = references()
    catalogue = {row["name"]: row for row in json.loads(programs.output("ListModels"))}
    chosen = {name: reference for name, reference in all_references.items() if not names or name in names}
    counts = {name: count(name, catalogue[name]["classes"], reference) for name, reference in chosen.items()}
    update(COUNTS, counts, all_references)
    rows = {}
    for name, reference in chosen.items():
        if reference.fixture:
            print(name, flush=True)
            rows[name] = row(name, reference)
    update(MODELS, rows, all_references)


if __name__ == "__main__":
    main(sys.argv[1:])
