"""Writes what torchvision's detectors make of images, so that the library's tests need no PyTorch.

    .venv-pytorch/bin/python -m ci.parity.detectors

A row of `detectors.tsv` holds a network, the images, the number of classes with the background, a digest of names and
shapes, then norm and projection of the outputs: of SSD logits and offsets; of Faster R-CNN the first stage's logits and
offsets. The last cell holds the detections: of each image, set apart by "/", the classes, edges and scores of up to
FIRST boxes, set apart by ";". Weights and images come from the formula of `fixtures.py`; images are not scaled, and boxes
are found by torchvision's own code. Outputs of random weights are large: those that scores come from are made smaller, so
that not all scores are 0 or 1.
"""

import torch
from torch import Tensor, nn
from torchvision.models import detection
from torchvision.models.detection.image_list import ImageList

from ci.parity.fixtures import FOLDER, digest, projection, uniform, value

FIRST = 40
CLASSES = 5
NETWORKS = {"ssd300_vgg16": (2, 3, 300, 300), "fasterrcnn_resnet50_fpn": (2, 3, 128, 192)}
SMALLER = {
    "head.classification_head.module_list": 0.1,
    "head.regression_head.module_list": 0.1,
    "rpn.head.cls_logits": 0.1,
    "rpn.head.bbox_pred": 0.02,
    "roi_heads.box_predictor": 0.05,
}
"""By how much weights of these names are."""


def numbers(name: str, array: Tensor) -> str:
    return f"{array.double().norm():.9g} {projection(name, array):.9g}"


def filled(name: str, tensor: Tensor) -> Tensor:
    factor = next((f for start, f in SMALLER.items() if name.startswith(start)), 1.0)
    return value(name, tensor) * factor


def of_ssd(net: nn.Module, images: Tensor) -> tuple[list[str], list[dict[str, Tensor]]]:
    features = list(net.backbone(images).values())
    made = net.head(features)
    sizes = [tuple(images.shape[2:])] * len(images)
    anchors = net.anchor_generator(ImageList(images, sizes), features)
    found = net.postprocess_detections(made, anchors, sizes)
    return [numbers("logits", made["cls_logits"]), numbers("offsets", made["bbox_regression"])], found


def of_faster(net: nn.Module, images: Tensor) -> tuple[list[str], list[dict[str, Tensor]]]:
    features = net.backbone(images)
    logits, offsets = net.rpn.head(list(features.values()))
    rows = [[t.permute(0, 2, 3, 1).reshape(len(images), -1, each) for t in made] for made, each in ((logits, 1), (offsets, 4))]
    sizes = [tuple(images.shape[2:])] * len(images)
    proposals, _ = net.rpn(ImageList(images, sizes), features)
    found, _ = net.roi_heads(features, proposals, sizes)
    return [numbers("logits", torch.cat(rows[0], 1)), numbers("offsets", torch.cat(rows[1], 1))], found


def told(found: dict[str, Tensor]) -> str:
    rows = zip(found["labels"].tolist(), found["boxes"].tolist(), found["scores"].tolist())
    return ";".join(" ".join(f"{v:.6g}" for v in (label - 1, *box, score)) for label, box, score in list(rows)[:FIRST])


def row(name: str, shape: tuple[int, ...]) -> str:
    net = getattr(detection, name)(weights=None, weights_backbone=None, num_classes=CLASSES).eval()
    parameters = {key: t for key, t in net.state_dict().items() if t.is_floating_point()}
    with torch.no_grad():
        for key, tensor in parameters.items():
            tensor.copy_(filled(key, tensor))
        images = (uniform("input", torch.Size(shape).numel()) - 0.5).float().reshape(shape)
        outputs, found = (of_ssd if name.startswith("ssd") else of_faster)(net, images)
    print(name, [len(each["scores"]) for each in found], [each["scores"][:5].tolist() for each in found])
    fields = [name, "x".join(map(str, shape)), str(CLASSES), digest(parameters), *outputs, "/".join(map(told, found))]
    return "\t".join(fields)


if __name__ == "__main__":
    rows = [row(name, shape) for name, shape in NETWORKS.items()]
    (FOLDER / "detectors.tsv").write_text("".join(f"{each}\n" for each in rows), encoding="utf-8")
