"""Writes what the tests of backbones compare with: `backbones.tsv` and `dilated.tsv`.

    .venv-pytorch/bin/python -m ci.parity.backbones

A row of `backbones.tsv` holds a network, where its figures come from, and stride and channels of each feature map: what
timm's `feature_info` says (the package `timm` is needed to write the file, and of its networks nothing is run), or of
torchvision's networks the shapes that their modules give, where timm lacks the network.

A row of `dilated.tsv` holds a network with `replace_stride_with_dilation`, its output stride, the images, and of each
of its four stages shape, norm and projection. Weights and images come from the formula of `fixtures.py`.
"""

import math

import torch
import torchvision
from torch import Tensor, nn

from ci.parity.fixtures import FOLDER, projection, uniform, value

TIMM = {
    "resnet18": "resnet18",
    "resnet50": "resnet50",
    "resnext50_32x4d": "resnext50_32x4d",
    "seresnet50": "seresnet50",
    "skresnet50": "skresnet50",
    "resnest50": "resnest50d",
    "densenet121": "densenet121",
    "mobilenetv1_100": "mobilenetv1_100",
    "mobilenet_v2": "mobilenetv2_100",
    "mobilenet_v3_large": "mobilenetv3_large_100",
    "mobilenet_v3_small": "mobilenetv3_small_100",
    "efficientnet_b0": "efficientnet_b0",
    "efficientnet_b4": "efficientnet_b4",
    "efficientnet_lite0": "tf_efficientnet_lite0",
    "efficientnet_v2_s": "efficientnetv2_s",
    "inception_v3": "inception_v3",
    "inception_resnet_v2": "inception_resnet_v2",
    "legacy_xception": "legacy_xception",
    "vgg16": "vgg16",
    "vgg11_bn": "vgg11_bn",
}
"""timm's names of ours."""

MODULES = {
    "shufflenet_v2_x1_0": ("conv1", "maxpool", "stage2", "stage3", "stage4"),
    "squeezenet1_1": ("features.1", "features.4", "features.7", "features.12"),
    "googlenet": ("conv1", "conv3", "inception3b", "inception4e", "inception5b"),
    "alexnet": ("features.1", "features.4", "features.11", "features.12"),
}
"""Of torchvision, the last modules of a size."""

DILATED = {
    "resnet50": ((8, [False, True, True]), (16, [False, False, True])),
    "resnext50_32x4d": ((8, [False, True, True]),),
}
IMAGES = (2, 3, 65, 97)


def outputs(net: nn.Module, modules: tuple[str, ...], images: Tensor) -> list[Tensor]:
    """What some modules make, in evaluation."""
    made: dict[str, Tensor] = {}
    for name in modules:
        net.get_submodule(name).register_forward_hook(lambda m, i, out, name=name: made.update({name: out}))
    with torch.no_grad():
        net.eval()(images)
    return [made[name] for name in modules]


def figures() -> list[str]:
    import timm

    rows = {}
    for ours, theirs in TIMM.items():
        info = timm.create_model(theirs, features_only=True, pretrained=False).feature_info
        rows[ours] = (f"timm {theirs}", list(zip(info.reduction(), info.channels(), strict=True)))
    for name, modules in MODULES.items():
        arguments = {"aux_logits": False, "init_weights": False} if name == "googlenet" else {}
        net = torchvision.models.get_model(name, weights=None, **arguments)
        maps = outputs(net, modules, torch.zeros(1, 3, 256, 256))
        rows[name] = (f"torchvision {name}", [(2 ** round(math.log2(256 / m.shape[2])), m.shape[1]) for m in maps])
    return [
        "\t".join([name, source, *(f"{stride} {channels}" for stride, channels in maps)])
        for name, (source, maps) in sorted(rows.items())
    ]


def dilated(name: str, stride: int, replaced: list[bool]) -> str:
    net = torchvision.models.get_model(name, weights=None, replace_stride_with_dilation=replaced)
    with torch.no_grad():
        for key, tensor in net.state_dict().items():
            if tensor.is_floating_point():
                tensor.copy_(value(key, tensor))
    images = (uniform("input", torch.Size(IMAGES).numel()) - 0.5).float().reshape(IMAGES)
    layers = ("layer1", "layer2", "layer3", "layer4")
    maps = [
        f"{'x'.join(map(str, m.shape))} {m.double().norm():.9g} {projection(layer, m):.9g}"
        for layer, m in zip(layers, outputs(net, layers, images), strict=True)
    ]
    return "\t".join([name, str(stride), "x".join(map(str, IMAGES)), *maps])


def write(file: str, rows: list[str]) -> None:
    (FOLDER / file).write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")


if __name__ == "__main__":
    write("dilated.tsv", [dilated(name, *each) for name, rows in DILATED.items() for each in rows])
    write("backbones.tsv", figures())
