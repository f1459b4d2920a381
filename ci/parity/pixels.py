"""Writes what PyTorch and torchmetrics say of masks, so that the library's tests need neither.

    .venv-pytorch/bin/python -m ci.parity.pixels

A row of `mask_metrics.tsv` is a case: its number, the number of classes, the shape, and torchmetrics' mean IoU and
pixel accuracy. A row of `mask_losses.tsv` is a loss: its name, its γ, the shape of the logits, the weights of the
classes, its value, and norm and projection of its gradient by the logits, in double precision. Truth, predictions and
logits come from the formula of `fixtures.py`; a pixel of class 255 is ignored.
"""

import torch
import torch.nn.functional as F
from torch import Tensor
from torchmetrics.classification import MulticlassAccuracy, MulticlassJaccardIndex

from ci.parity.fixtures import FOLDER, projection, uniform

CASES = 1000
IGNORED = 255


def classes_of(name: str, size: int, classes: int, unknown: float) -> Tensor:
    """Classes from 0, and so large a share of pixels that are ignored"""
    drawn = (uniform(name, size) * classes * (1 + unknown)).floor().long()
    return torch.where(drawn < classes, drawn, IGNORED)


def metrics(case: int) -> str:
    classes = 2 + case % 9
    shape = (1 + case % 2, 1 + case % 7, 1 + case % 11)
    size = shape[0] * shape[1] * shape[2]
    present = (classes + 1) // 2 if case % 3 == 0 else classes
    truth = classes_of(f"truth {case}", size, present, 0.2)
    drawn = (uniform(f"predicted {case}", size) * classes).floor().long()
    right = (uniform(f"right {case}", size) < 0.6) & (truth != IGNORED)
    predicted = torch.where(right, truth, drawn)
    known = bool((truth != IGNORED).any())
    iou = MulticlassJaccardIndex(classes, average="macro", ignore_index=IGNORED)(predicted, truth)
    accuracy = MulticlassAccuracy(classes, average="micro", ignore_index=IGNORED)(predicted, truth)
    numbers = f"{iou:.9g}\t{accuracy:.9g}" if known else "nan\tnan"
    return f"{case}\t{classes}\t{'x'.join(map(str, shape))}\t{numbers}"


def cross_entropy(logits: Tensor, truth: Tensor, weights: Tensor, gamma: float) -> Tensor:
    return F.cross_entropy(logits, truth, weight=weights, ignore_index=IGNORED)


def focal(logits: Tensor, truth: Tensor, weights: Tensor, gamma: float) -> Tensor:
    each = F.cross_entropy(logits, truth, ignore_index=IGNORED, reduction="none")
    w = torch.where(truth == IGNORED, 0.0, weights[truth.clamp(max=len(weights) - 1)])
    return (w * (1 - torch.exp(-each)) ** gamma * each).sum() / w.sum()


def dice(logits: Tensor, truth: Tensor, weights: Tensor, gamma: float) -> Tensor:
    p = logits.softmax(1)
    parts = []
    for c in truth[truth != IGNORED].unique():
        here, all = p[:, c][truth == c], p[:, c][truth != IGNORED]
        parts.append(1 - 2 * here.sum() / (all.sum() + here.numel()))
    return torch.stack(parts).mean()


def loss(case: int) -> str:
    name = ("cross-entropy", "focal", "dice")[case % 3]
    function = (cross_entropy, focal, dice)[case % 3]
    gamma = (2.0, 0.5, 0.0, 1.0)[case % 4]
    shape = (1 + case % 2, 2 + case % 5, 3 + case % 4, 1 + case % 5)
    logits = (uniform(f"logits {case}", torch.Size(shape).numel()) * 8 - 4).float().double().reshape(shape)
    logits.requires_grad_()
    pixels = shape[0] * shape[2] * shape[3]
    truth = classes_of(f"truth {case}", pixels, shape[1], 0.3).reshape(shape[0], shape[2], shape[3])
    weights = (0.5 + uniform(f"weights {case}", shape[1])).float().double() if case % 2 else torch.ones(shape[1]).double()
    value = function(logits, truth, weights, gamma)
    (gradient,) = torch.autograd.grad(value, logits)
    numbers = f"{value:.9g}\t{gradient.norm():.9g}\t{projection('gradient', gradient):.9g}"
    text = " ".join(f"{w:.9g}" for w in weights.tolist())
    return f"{name}\t{gamma}\t{'x'.join(map(str, shape))}\t{text}\t{numbers}"


def write(file: str, rows: list[str]) -> None:
    (FOLDER / file).write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")


if __name__ == "__main__":
    write("mask_metrics.tsv", [metrics(case) for case in range(CASES)])
    write("mask_losses.tsv", [loss(case) for case in range(60)])
