"""Writes what torchvision's operations of detection make of small arrays, so that the library's tests need no PyTorch.

    .venv-pytorch/bin/python -m ci.parity.detection

Rows of `detection.tsv`: a case, what, its shape, its numbers, to the last bit. Boxes are in corner form. With y a result
and w random, `gradient NAME` is that of Σ w y by NAME. Truth is padded to (N, K, 5), with class -1, as the library has it;
torchvision is given each image's boxes alone.
"""

from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import Tensor
from torchvision import ops
from torchvision.models.detection._utils import BoxCoder, Matcher, SSDMatcher
from torchvision.models.detection.anchor_utils import AnchorGenerator, DefaultBoxGenerator
from torchvision.models.detection.image_list import ImageList
from torchvision.ops.poolers import LevelMapper

from ci.parity.fixtures import FOLDER

Case = dict[str, Tensor]

OVERLAPS = {
    "IOU": (ops.box_iou, None),
    "GIOU": (ops.generalized_box_iou, ops.generalized_box_iou_loss),
    "DIOU": (ops.distance_box_iou, ops.distance_box_iou_loss),
    "CIOU": (ops.complete_box_iou, ops.complete_box_iou_loss),
}


def boxes(*shape: int, height: float = 48, width: float = 64) -> Tensor:
    """Random boxes with an area, some of them beyond the image"""
    center = torch.rand(*shape, 2) * torch.tensor([width, height])
    size = (0.05 + 0.5 * torch.rand(*shape, 2)) * torch.tensor([width, height])
    return torch.cat([center - size / 2, center + size / 2], -1)


def learned(x: Tensor) -> Tensor:
    return x.clone().requires_grad_()


def with_gradients(y: Tensor, w: Tensor, **inputs: Tensor) -> Case:
    gradients = torch.autograd.grad((w * y).sum(), list(inputs.values()))
    return {"y": y, "w": w, **{f"gradient {name}": g for name, g in zip(inputs, gradients)}}


def forms() -> Iterator[tuple[str, Case]]:
    x = boxes(9)
    centers, extents = (ops.box_convert(x, "xyxy", form) for form in ("cxcywh", "xywh"))
    yield "forms", {
        "x": x,
        "centers": centers,
        "extents": extents,
        "from centers": ops.box_convert(centers, "cxcywh", "xyxy"),
        "from extents": ops.box_convert(extents, "xywh", "xyxy"),
        "areas": ops.box_area(x),
        "clipped": ops.clip_boxes_to_image(x, (48, 64)),
    }


def overlaps() -> Iterator[tuple[str, Case]]:
    a, b = boxes(11), boxes(8)
    b[:2] = a[:2]  # equal ones
    b[2] = a[2] + 200  # far away
    b[3] = torch.cat([a[3, :2] + 1, a[3, 2:] - 1])  # one in the other
    for name, (matrix, loss) in OVERLAPS.items():
        p, q = learned(a), learned(b)
        yield name, {"a": a, "b": b, **with_gradients(matrix(p, q), torch.randn(11, 8), a=p, b=q)}
        if loss:
            p, q = learned(a[:8]), learned(b)
            yield f"{name} loss", {"a": a[:8], "b": b, **with_gradients(loss(p, q), torch.randn(8), a=p, b=q)}


def anchors() -> Iterator[tuple[str, Case]]:
    images = ImageList(torch.zeros(1, 3, 50, 67), [(50, 67)])
    maps = [torch.zeros(1, 1, 6, 8), torch.zeros(1, 1, 3, 4)]
    generator = AnchorGenerator(((8, 13), (21, 34)), ((0.5, 1.0, 2.0), (1.0, 3.0)))
    yield "anchors at corners", {"y": generator(images, maps)[0]}
    generator = DefaultBoxGenerator([[2], [2, 3]], scales=[0.2, 0.4, 0.7], clip=False)
    # On a square image, whose scale is one for both sides.
    images = ImageList(torch.zeros(1, 3, 60, 60), [(60, 60)])
    yield "anchors of SSD", {"y": generator(images, [torch.zeros(1, 1, 5, 4), torch.zeros(1, 1, 2, 3)])[0]}


def padded(truths: list[Tensor], rows: int) -> Tensor:
    """(N, K, 5), the boxes of each image with padding before, between and behind"""
    all = torch.zeros(len(truths), rows, 5)
    all[:, :, 0] = -1
    all[:, :, 1:] = boxes(len(truths), rows)  # padding may hold anything
    for i, truth in enumerate(truths):
        places = torch.randperm(rows)[: len(truth)].sort().values
        all[i, places] = truth
    return all


def matches() -> Iterator[tuple[str, Case]]:
    grid = boxes(40)
    truths = [torch.cat([torch.randint(0, 5, (k, 1)).float(), grid[:k] + 3 * torch.randn(k, 4)], 1) for k in (4, 1, 6)]
    truth = padded(truths, 7)
    matchers = {
        "matching at 0.5": Matcher(0.5, 0.5),
        "matching at 0.7 and 0.3": Matcher(0.7, 0.3),
        "matching, low quality": Matcher(0.7, 0.3, allow_low_quality_matches=True),
        "matching, best anchor": SSDMatcher(0.6),
    }
    for name, matcher in matchers.items():
        rows, classes, found = [], [], []
        for image in truth:
            there = (image[:, 0] >= 0).nonzero().flatten()
            match = matcher(ops.box_iou(image[there, 1:], grid))
            row = torch.where(match >= 0, there[match.clamp(min=0)], match)
            rows.append(row)
            classes.append(torch.where(match >= 0, image[row.clamp(min=0), 0].long(), match))
            found.append(torch.where((match >= 0)[:, None], image[row.clamp(min=0), 1:], 0.0))
        yield name, {
            "anchors": grid,
            "truth": truth,
            "rows": torch.stack(rows),
            "classes": torch.stack(classes),
            "boxes": torch.stack(found),
        }


def offsets() -> Iterator[tuple[str, Case]]:
    for name, weights in {"coder": (10.0, 10.0, 5.0, 5.0), "unweighted coder": (1.0, 1.0, 1.0, 1.0)}.items():
        coder = BoxCoder(weights)
        a, b = boxes(9), boxes(9)
        x = 3 * torch.randn(9, 4)
        x[0, 2] = 100  # is clamped
        p = learned(x)
        decoded = coder.decode_single(p, a)
        encoded = coder.encode_single(b, a)
        yield name, {"anchors": a, "boxes": b, "encoded": encoded, "x": x, **with_gradients(decoded, torch.randn(9, 4), x=p)}


def suppression() -> Iterator[tuple[str, Case]]:
    x, scores, classes = boxes(90), torch.rand(90), torch.randint(0, 4, (90,))
    scores[::5] = 0.5  # equal ones
    case = {"boxes": x, "scores": scores, "classes": classes}
    for threshold in (0.0, 0.3, 0.5, 0.7):
        case[f"kept {threshold}"] = ops.nms(x, scores, threshold)
        # torchvision leaves open in which order equal scores come; by place, as the library has it.
        rows = ops.batched_nms(x, scores, classes, threshold).sort().values
        case[f"kept by class {threshold}"] = rows[scores[rows].argsort(descending=True, stable=True)]
    yield "suppression", case


def losses() -> Iterator[tuple[str, Case]]:
    classes = torch.tensor([[-1, 3, 0, -1, 2], [1, -1, -2, 3, -2]])
    counts = (classes != -2).float()
    for alpha, gamma in ((0.25, 2.0), (-1.0, 1.5)):
        x = 3 * torch.randn(2, 5, 4)
        p, w = learned(x), torch.randn(2, 5)
        y = ops.sigmoid_focal_loss(p, (classes[..., None] == torch.arange(4)).float(), alpha, gamma).sum(2) * counts
        yield f"focal {alpha} {gamma}", {"x": x, "classes": classes, **with_gradients(y, w, x=p)}
    x = 3 * torch.randn(2, 5, 5)
    p = learned(x)
    y = F.cross_entropy(p.view(10, 5), (classes + 1).clamp(min=0).view(10), reduction="none").view(2, 5) * counts
    yield "cross-entropy", {"x": x, "classes": classes, **with_gradients(y, torch.randn(2, 5), x=p)}
    for beta in (0.0, 0.5, 1.0):
        x, t = torch.randn(2, 5, 4), torch.randn(2, 5, 4)
        p = learned(x)
        y = F.smooth_l1_loss(p, t, reduction="none", beta=beta).sum(2)
        yield f"smooth L1 {beta}", {"x": x, "t": t, **with_gradients(y, torch.randn(2, 5), x=p)}


def mining() -> Iterator[tuple[str, Case]]:
    """As torchvision's SSD picks them"""
    classes = torch.randint(-9, 3, (3, 40)).clamp(min=-1)
    classes[2] = -1  # an image without objects
    loss = torch.rand(3, 40)
    negative = loss.masked_fill(classes >= 0, float("-inf"))
    hardest = negative.sort(1, descending=True).indices.sort(1).indices < 3 * (classes >= 0).sum(1, keepdim=True)
    yield "mining", {"losses": loss, "classes": classes, "hardest": hardest & (classes == -1)}


def regions() -> Iterator[tuple[str, Case]]:
    x, rois = torch.randn(2, 3, 6, 8), boxes(2, 5)
    x[:, 0] = x[:, 0].clamp(min=0)  # many equal ones
    flat = torch.cat([torch.arange(2.0).repeat_interleave(5)[:, None], rois.view(-1, 4)], 1)
    scale = 0.125
    for aligned in (True, False):
        for samples in (1, 2, 0):
            p = learned(x)
            y = ops.roi_align(p, flat, (3, 2), scale, samples or -1, aligned)
            name = f"align {samples}{'' if aligned else ' unaligned'}"
            yield name, {"x": x, "boxes": rois, **with_gradients(y, torch.randn_like(y), x=p)}
    p = learned(x)
    y = ops.roi_pool(p, flat, (3, 2), scale)
    yield "pool", {"x": x, "boxes": rois, **with_gradients(y, torch.randn_like(y), x=p)}
    sized = boxes(30, height=700, width=900)
    yield "levels", {"boxes": sized, "levels": LevelMapper(2, 5)([sized])}


def numbers(x: Tensor) -> str:
    values = x.detach().flatten()
    return " ".join(f"{v:.9g}" for v in values.tolist()) if x.is_floating_point() else " ".join(map(str, values.int().tolist()))


def main() -> None:
    torch.manual_seed(16)
    with open(FOLDER / "detection.tsv", "w", encoding="utf-8") as file:
        for cases in (forms, overlaps, anchors, matches, offsets, suppression, losses, mining, regions):
            for name, case in cases():
                for what, value in case.items():
                    shape = "x".join(map(str, value.shape))
                    file.write(f"{name}\t{what}\t{shape}\t{numbers(value)}\n")


if __name__ == "__main__":
    main()
