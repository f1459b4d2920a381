"""Writes what torchvision's segmentation networks make of images, so that the library's tests need no PyTorch.

    .venv-pytorch/bin/python -m ci.parity.segmenters

A row of `segmenters.tsv` holds a network, the images, the number of classes, a digest of names and shapes, norm and
projection of the logits in evaluation, and norm and projection of what the classifier and the auxiliary one ("-" for
none) make in training. Weights and images come from the formula of `fixtures.py`; training is in double precision, and
the auxiliary classifier draws for its dropout before the other one does.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torchvision.models import segmentation

from ci.parity.fixtures import FOLDER, digest, projection, uniform, value
from ci.parity.step import SEED, laid_out

CLASSES = 5
IMAGES = (2, 3, 65, 97)
NETWORKS = {
    "fcn_resnet50": True,
    "deeplabv3_resnet50": True,
    "deeplabv3_mobilenet_v3_large": True,
    "lraspp_mobilenet_v3_large": False,
}
"""Whether each has an auxiliary classifier."""


def numbers(name: str, array: Tensor) -> str:
    return f"{array.double().norm():.9g} {projection(name, array):.9g}"


def trained(net: nn.Module, images: Tensor, auxiliary: bool) -> list[Tensor]:
    """What the classifiers make in training, interpolated to the images."""
    net.double().train()
    torch.manual_seed(SEED)
    features = net.backbone(images.double())
    made = [net.aux_classifier(features["aux"])] if auxiliary else []
    made.insert(0, net.classifier(features["out"] if auxiliary else features))
    return [F.interpolate(each, size=images.shape[2:], mode="bilinear", align_corners=False) for each in made]


def row(name: str, auxiliary: bool) -> str:
    options = {"aux_loss": True} if auxiliary else {}
    net = getattr(segmentation, name)(weights=None, weights_backbone=None, num_classes=CLASSES, **options)
    parameters = {key: t for key, t in net.state_dict().items() if t.is_floating_point()}
    with torch.no_grad():
        for key, tensor in parameters.items():
            tensor.copy_(value(key, tensor))
        images = (uniform("input", torch.Size(IMAGES).numel()) - 0.5).float().reshape(IMAGES)
        images = laid_out(net, images)
        logits = net.eval()(images)["out"]
        made = trained(net, images, auxiliary)
    fields = [name, "x".join(map(str, IMAGES)), str(CLASSES), digest(parameters), numbers("logits", logits)]
    fields.append(numbers("classifier", made[0]))
    fields.append(numbers("auxiliary", made[1]) if auxiliary else "-")
    return "\t".join(fields)


if __name__ == "__main__":
    rows = [row(name, auxiliary) for name, auxiliary in NETWORKS.items()]
    (FOLDER / "segmenters.tsv").write_text("".join(f"{each}\n" for each in rows), encoding="utf-8")
