"""ResNet and its descendants."""

import re

import timm
from pytorchcv.models.cbamresnet import cbam_resnet50
from timm.models.resnest import ResNestBottleneck
from timm.models.resnet import ResNet
from timm.models.sknet import SelectiveKernelBottleneck
from torch import nn
from torchvision import models

from ci.parity.reference import Reference


def torchvision(name: str, fixture: bool = True) -> Reference:
    return Reference(
        f"torchvision.models.{name}", lambda classes: getattr(models, name)(num_classes=classes), fixture=fixture
    )


def resnext(depth: int, cardinality: int, width: int) -> Reference:
    """A network of the paper's table 3, of torchvision's parts."""
    build = getattr(models, f"resnet{depth}")
    options = dict(groups=cardinality, width_per_group=width)
    return Reference(
        f"torchvision.models.resnet{depth}(groups={cardinality}, width_per_group={width})",
        lambda classes: build(num_classes=classes, **options),
        fixture=False,
    )


def from_timm(name: str, fixture: bool = True, size: int = 224, **options: object) -> Reference:
    def build(classes: int) -> nn.Module:
        return timm.create_model(name, num_classes=classes, zero_init_last=False, **options)

    return Reference(f"timm.{name}", build, input=(3, size, size), fixture=fixture)


def legacy(name: str, fixture: bool = True) -> Reference:
    """timm's copy of the authors' models, in which other parts have other names."""

    def rename(parameter: str) -> str:
        return parameter.replace("layer0.", "").replace("se_module", "se").replace("last_linear", "fc")

    def build(classes: int) -> nn.Module:
        return timm.create_model(name, num_classes=classes, drop_rate=0.0)

    return Reference(f"timm.{name}", build, rename=rename, fixture=fixture)


def cbam(classes: int) -> nn.Module:
    net = cbam_resnet50(num_classes=classes)
    net.features.final_pool = nn.AdaptiveAvgPool2d(1)  # it fits images of 224x224 only
    for module in net.modules():
        if isinstance(module, nn.BatchNorm2d) and module.num_features == 1:
            module.momentum = 0.01  # as in the authors' code
    return net


def from_pytorchcv(name: str) -> str:
    """From pytorchcv's names to those of the authors' code."""
    for pattern, ours in (
        (r"features\.init_block\.conv\.conv", "conv1"),
        (r"features\.init_block\.conv\.bn", "bn1"),
        (r"features\.stage(\d)\.", r"layer\1."),
        (r"\.unit(\d+)\.", lambda match: f".{int(match[1]) - 1}."),
        (r"body\.conv(\d)\.conv\.", r"conv\1."),
        (r"body\.conv(\d)\.bn\.", r"bn\1."),
        (r"identity_conv\.conv\.", "downsample.0."),
        (r"identity_conv\.bn\.", "downsample.1."),
        (r"ch_gate\.mlp\.fc1", "ChannelGate.mlp.1"),
        (r"ch_gate\.mlp\.fc2", "ChannelGate.mlp.3"),
        (r"sp_gate\.conv", "SpatialGate.spatial"),
        (r"^output\.", "fc."),
    ):
        name = re.sub(pattern, ours, name)
    return name


def sknet101(classes: int) -> nn.Module:
    """The paper's depth, of timm's parts."""
    return ResNet(
        SelectiveKernelBottleneck,
        [3, 4, 23, 3],
        num_classes=classes,
        cardinality=32,
        base_width=4,
        block_args=dict(sk_kwargs=dict(rd_ratio=1 / 16, rd_divisor=32, split_input=False)),
        zero_init_last=False,
    )


def ablation(radix: int, cardinality: int, width: int, fixture: bool = False) -> Reference:
    """ResNeSt-50-fast, of timm's parts."""

    def build(classes: int) -> nn.Module:
        return ResNet(
            ResNestBottleneck,
            [3, 4, 6, 3],
            num_classes=classes,
            stem_type="deep",
            stem_width=32,
            avg_down=True,
            base_width=width,
            cardinality=cardinality,
            block_args=dict(radix=radix, avd=True, avd_first=True),
            zero_init_last=False,
        )

    label = f"timm.models.resnest, radix {radix}, cardinality {cardinality}, base_width {width}, avd_first"
    return Reference(label, build, fixture=fixture)


SERIES = ((1, 64), (2, 40), (4, 24), (8, 14), (32, 4))

REFERENCES = {
    **{f"resnet{depth}": torchvision(f"resnet{depth}") for depth in (18, 34, 50, 101, 152)},
    **{f"resnext{depth}_{c}x{d}d": resnext(depth, c, d) for depth in (50, 101) for c, d in SERIES},
    "resnext50_32x4d": torchvision("resnext50_32x4d"),
    "resnext101_32x8d": torchvision("resnext101_32x8d", fixture=False),
    "resnext101_64x4d": torchvision("resnext101_64x4d", fixture=False),
    "legacy_seresnet50": legacy("legacy_seresnet50"),
    "legacy_seresnet101": legacy("legacy_seresnet101", fixture=False),
    "seresnet50": from_timm("seresnet50", fixture=False),
    "seresnet101": from_timm("seresnet101", fixture=False),
    "seresnext50_32x4d": from_timm("seresnext50_32x4d"),
    "cbam_resnet50": Reference("pytorchcv.models.cbamresnet.cbam_resnet50", cbam, rename=from_pytorchcv),
    "sknet50": from_timm("skresnext50_32x4d"),
    "skresnet50": from_timm("skresnet50"),
    "sknet101": Reference("timm.models.sknet, layers 3, 4, 23, 3", sknet101, fixture=False),
    "resnest50": from_timm("resnest50d"),
    "resnest101": from_timm("resnest101e", fixture=False),
    "resnest200": from_timm("resnest200e", fixture=False, size=320, drop_rate=0.2),
    "resnest269": from_timm("resnest269e", fixture=False, size=416, drop_rate=0.2),
    "resnest50_fast_0s1x64d": ablation(0, 1, 64),
    "resnest50_fast_1s1x64d": ablation(1, 1, 64),
    "resnest50_fast_2s1x64d": ablation(2, 1, 64),
    "resnest50_fast_4s1x64d": ablation(4, 1, 64),
    "resnest50_fast_1s2x40d": ablation(1, 2, 40),
    "resnest50_fast_2s2x40d": ablation(2, 2, 40, fixture=True),
    "resnest50_fast_4s2x40d": from_timm("resnest50d_4s2x40d", fixture=False),
    "resnest50_fast_1s4x24d": from_timm("resnest50d_1s4x24d"),
}
