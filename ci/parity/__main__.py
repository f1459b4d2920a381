"""`./course parity`, in the reference environment: gives each reference and our model the same weights and images.

For each model a folder holds what travels: the reference's weights under our names, images, and what came of them in
Java. Java runs in one process for all models, so that its start is paid for once; both languages use as many threads.
"""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from ci import programs
from ci.parity.reference import Reference, references
from ci.parity.step import evaluate, train_step

IMAGES = 2
STEP_IMAGES = 8

LOGITS_TOLERANCE = 1e-4
STEP_TOLERANCE = 1e-3


@dataclass(frozen=True)
class Difference:
    """How far our model is from its reference; the keys of `parity --json`."""

    model: str
    reference: str
    logits: float
    """The largest difference, relative to the largest logit where that is above 1, as in deep nets with random weights."""
    step: float
    """The largest difference in loss, a gradient or a running statistic, relative to the array's largest number."""
    worst: str
    """Which array that is."""
    note: str = ""
    """In which precision, if not in single."""
    failure: str = ""
    """Why there was nothing to compare."""

    @property
    def close(self) -> bool:
        return self.logits <= LOGITS_TOLERANCE and self.step <= STEP_TOLERANCE

    def __str__(self) -> str:
        mark = "ok " if self.close else "FAR"
        numbers = f"{self.logits:7.1e}  {self.step:7.1e}{f'  ({self.worst})' if self.step else ''}"
        note = f"  {self.note}" if self.note else ""
        return f"{mark}  {self.model:26}  {self.reference:60}  {self.failure or numbers}{note}"


class Java:
    """Our models, in a process that takes requests."""

    def __init__(self) -> None:
        environment = programs.environment() | {"OMP_NUM_THREADS": str(torch.get_num_threads())}
        self._process = subprocess.Popen(
            programs.command("RunModel"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            encoding="utf-8",
        )

    def run(self, model: str, classes: int, precision: torch.dtype, folder: Path) -> str:
        """Runs a model on what is in the folder; returns why it failed, or nothing."""
        name = str(precision).removeprefix("torch.")
        self._process.stdin.write(f"{model}\t{classes}\t{name}\t{folder}\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline().strip()
        return "" if answer == "done" else answer.removeprefix("failed\t") or "Java has stopped"

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait()


@torch.no_grad()
def randomise(net: nn.Module) -> None:
    """Moves what starts at zero or one away from there: statistics, scales and shifts."""
    for name, tensor in net.state_dict().items():
        if name.endswith("running_var"):
            tensor.uniform_(0.5, 1.5)
        elif name.endswith("running_mean") or (tensor.dim() == 1 and name.endswith("bias")):
            tensor.normal_(0, 0.1)
        elif tensor.dim() == 1 and tensor.is_floating_point():
            tensor.uniform_(0.5, 1.5)


def compare(model: str, classes: int, reference: Reference, java: Java) -> Difference:
    """In single precision, and in double if that leaves a doubt.

    Sums in another order end at another rounding. Where that puts a ReLU's input on the other side of zero, a gradient
    is passed on or held back: in maps of 2×2 pixels this changes gradients by percents, and PyTorch's own as much from
    one memory layout to the other. Double precision makes rounding too small for it, and any other difference stays.
    """
    single = compare_in(torch.float32, model, classes, reference, java)
    if single.close or single.failure:
        return single
    double = compare_in(torch.float64, model, classes, reference, java)
    return replace(double, note=f"in double precision; in single {single.logits:.1e}  {single.step:.1e}")


def compare_in(precision: torch.dtype, model: str, classes: int, reference: Reference, java: Java) -> Difference:
    torch.manual_seed(0)
    net = reference.build(classes)
    randomise(net)
    images = torch.randn(IMAGES, *reference.input)
    step_images = torch.randn(STEP_IMAGES, *reference.small)
    step_labels = torch.randint(classes, (STEP_IMAGES,))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        parameters = reference.parameters(net)
        weights = {key: tensor.detach().clone().contiguous() for key, tensor in parameters.items()}
        save_file(weights, folder / "weights.safetensors")
        inputs = {"images": images, "step_images": step_images, "step_labels": step_labels}
        save_file(inputs, folder / "inputs.safetensors")
        failure = java.run(model, classes, precision, folder)
        if failure:
            return Difference(model, reference.label, float("inf"), float("inf"), "", failure=failure)
        ours = load_file(folder / "outcome.safetensors")
    net.to(precision)
    parameters = reference.parameters(net)
    logits = relative(ours.pop("logits"), evaluate(net, images.to(precision)).float(), least=1)
    theirs = train_step(net, parameters, step_images.to(precision), step_labels)
    differences = {key: relative(array, theirs[key].float()) for key, array in ours.items()}
    worst = max(differences, key=differences.get)
    return Difference(model, reference.label, logits, differences[worst], worst)


def relative(ours: Tensor, theirs: Tensor, least: float = 0) -> float:
    """The largest difference, relative to the largest number of theirs, or to `least` if that is more."""
    scale = max(least, float(theirs.abs().max()))
    difference = float((ours.reshape(theirs.shape) - theirs).abs().max())
    return difference / scale if scale else difference


def main(arguments: list[str]) -> int:
    as_json = "--json" in arguments
    names = [argument for argument in arguments if argument != "--json"]
    catalogue = {row["name"]: row for row in json.loads(programs.output("ListModels"))}
    all_references = references()
    unknown = [name for name in names if name not in all_references]
    if unknown:
        print(f"no reference for {', '.join(unknown)}; there are {', '.join(all_references)}", file=sys.stderr)
        return 2
    torch.set_num_threads(os.cpu_count() or 1)
    if not as_json:
        print(f"     {'model':26}  {'reference':60}  logits   step")
    java = Java()
    differences = []
    for name, reference in all_references.items():
        if not names or name in names:
            difference = compare(name, catalogue[name]["classes"], reference, java)
            differences.append(difference)
            print(difference, file=sys.stderr if as_json else sys.stdout, flush=True)
    java.close()
    missing = [] if names else [name for name in catalogue if name not in all_references]
    if as_json:
        keys = ("model", "reference", "logits", "step")
        print(json.dumps([{key: asdict(each)[key] for key in keys} for each in differences], indent=1))
    else:
        summarise(differences, missing)
    return 0 if all(each.close for each in differences) else 1


def summarise(differences: list[Difference], missing: list[str]) -> None:
    if missing:
        print(f"without a reference: {', '.join(missing)}")
    logits = max(differences, key=lambda each: each.logits)
    step = max(differences, key=lambda each: each.step)
    print(f"{sum(each.close for each in differences)} of {len(differences)} models within tolerance")
    print(f"worst logits:        {logits.logits:.1e} of {LOGITS_TOLERANCE:.0e}, {logits.model}")
    print(f"worst training step: {step.step:.1e} of {STEP_TOLERANCE:.0e}, {step.model}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
