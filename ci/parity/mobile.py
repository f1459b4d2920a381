"""MobileNet to EfficientNet."""

import timm
from pytorchcv.models.shufflenet import ShuffleNet
from timm.models.efficientnet import _gen_mobilenet_v1
from torch import nn
from torchvision import models

from ci.parity.reference import Reference


def torchvision(name: str, size: int = 224, fixture: bool = True, **options: object) -> Reference:
    """A network of torchvision, with options that its name does not say."""
    arguments = ", ".join(f"{key}={value}" for key, value in options.items())
    return Reference(
        f"torchvision.models.{name}" + (f"({arguments})" if arguments else ""),
        lambda classes: getattr(models, name)(num_classes=classes, **options),
        input=(3, size, size),
        fixture=fixture,
    )


def mobilenet_v1(width: float) -> Reference:
    return Reference(
        f"timm mobilenetv1_100, width {width:g}",
        lambda classes: _gen_mobilenet_v1("mobilenetv1_100", width, num_classes=classes),
    )


CHANNELS = {1: 144, 2: 200, 3: 240, 4: 272, 8: 384}
"""ShuffleNetV1's table 1: output channels of stage 2 by the number of groups."""

STEMS = {0.25: 12, 0.5: 12, 1: 24, 1.5: 24, 2: 48}
"""ShuffleNetV1's first layer by the scale, as in the authors' code, which ends at 0.5; pytorchcv scales it."""


def shufflenet_v1(groups: int, scale: float) -> Reference:
    stages = [(int(scale * CHANNELS[groups]) << i, blocks) for i, blocks in enumerate((4, 8, 4))]

    def build(classes: int) -> nn.Module:
        net = ShuffleNet([[c] * n for c, n in stages], STEMS[scale], groups, num_classes=classes)
        net.features.final_pool = nn.AdaptiveAvgPool2d(1)  # for images of other sizes than 224
        return net

    return Reference(f"pytorchcv ShuffleNet, groups {groups}, scale {scale:g}", build)


EFFICIENTNET_SIZES = (224, 240, 288, 300, 380, 456, 528, 600)

REFERENCES = (
    {f"mobilenetv1_{100 * width:03.0f}": mobilenet_v1(width) for width in (0.25, 0.5, 0.75, 1.0)}
    | {f"shufflenet_v1_g{groups}_x1_0": shufflenet_v1(groups, 1) for groups in CHANNELS}
    | {
        f"shufflenet_v1_g3_x{scale}": shufflenet_v1(3, float(scale.replace("_", ".")))
        for scale in ("0_25", "0_5", "1_5", "2_0")
    }
    | {"mobilenet_v2": torchvision("mobilenet_v2")}
    | {
        f"mobilenet_v2_x{str(width).replace('.', '_')}": torchvision("mobilenet_v2", width_mult=width)
        for width in (0.35, 0.5, 0.75, 1.4)
    }
    | {f"shufflenet_v2_x{scale}": torchvision(f"shufflenet_v2_x{scale}") for scale in ("0_5", "1_0", "1_5", "2_0")}
    | {f"mobilenet_v3_{size}": torchvision(f"mobilenet_v3_{size}") for size in ("small", "large")}
    | {
        f"mobilenet_v3_{size}_x0_75": torchvision(f"mobilenet_v3_{size}", width_mult=0.75)
        for size in ("small", "large")
    }
    | {
        f"efficientnet_b{i}": torchvision(f"efficientnet_b{i}", size=size, fixture=i in (0, 2, 5))
        for i, size in enumerate(EFFICIENTNET_SIZES)
    }
    | {
        "efficientnet_lite0": Reference(
            "timm tf_efficientnet_lite0",
            lambda classes: timm.create_model(
                "tf_efficientnet_lite0", num_classes=classes, drop_rate=0.2, drop_path_rate=0.2
            ),
        ),
        "efficientnet_v2_s": torchvision("efficientnet_v2_s", size=384),
    }
)
