"""GoogLeNet to Xception."""

from collections.abc import Iterable

import timm
import torch
from torch import Tensor, nn
from torchvision import models

from ci.parity.reference import Reference


class Unit(nn.Sequential):
    """A convolution with a bias, and ReLU."""

    def __init__(self, channels: int, out: int, kernel: int, stride: int = 1) -> None:
        super().__init__()
        self.add_module("conv", nn.Conv2d(channels, out, kernel, stride, kernel // 2))
        self.add_module("relu", nn.ReLU())


class Module(nn.Module):
    """Figure 2(b) of arXiv:1409.4842."""

    def __init__(self, channels: int, widths: Iterable[int]) -> None:
        super().__init__()
        one, reduce3, three, reduce5, five, pool = widths
        self.branch1 = Unit(channels, one, 1)
        self.branch2 = nn.Sequential(Unit(channels, reduce3, 1), Unit(reduce3, three, 3))
        self.branch3 = nn.Sequential(Unit(channels, reduce5, 1), Unit(reduce5, five, 5))
        self.branch4 = nn.Sequential(nn.MaxPool2d(3, 1, 1), Unit(channels, pool, 1))

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)], 1)


class GoogLeNet2014(nn.Module):
    """The network of arXiv:1409.4842, from its table 1 and figure 3; torchvision's departs from it."""

    TABLE_1 = {
        "3a": "64 96 128 16 32 32",
        "3b": "128 128 192 32 96 64",
        "4a": "192 96 208 16 48 64",
        "4b": "160 112 224 24 64 64",
        "4c": "128 128 256 24 64 64",
        "4d": "112 144 288 32 64 64",
        "4e": "256 160 320 32 128 128",
        "5a": "256 160 320 32 128 128",
        "5b": "384 192 384 48 128 128",
    }

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.conv1 = Unit(3, 64, 7, 2)
        self.conv2 = Unit(64, 64, 1)
        self.conv3 = Unit(64, 192, 3)
        self.pool = nn.MaxPool2d(3, 2, ceil_mode=True)
        self.norm = nn.LocalResponseNorm(5, 1e-4, 0.75, 1)
        channels = 192
        for name, row in self.TABLE_1.items():
            widths = [int(width) for width in row.split()]
            self.add_module(f"inception{name}", Module(channels, widths))
            channels = widths[0] + widths[2] + widths[4] + widths[5]
        self.dropout = nn.Dropout(0.4)
        self.fc = nn.Linear(channels, classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.norm(self.pool(self.conv1(x)))
        x = self.pool(self.norm(self.conv3(self.conv2(x))))
        for name in self.TABLE_1:
            if name in ("4a", "5a"):
                x = self.pool(x)
            x = self.get_submodule(f"inception{name}")(x)
        return self.fc(self.dropout(x.mean((2, 3))))


def torchvision(name: str, auxiliary: bool = False, fixture: bool = True) -> Reference:
    heads = ", aux_logits=True" if auxiliary else ""
    size = 299 if name == "inception_v3" else 224
    # Inception-V3 shrinks an image by 32 in all, and its auxiliary head needs the whole of it.
    small = 64 if name == "googlenet" else 299 if auxiliary else 96
    return Reference(
        f"torchvision.models.{name}{heads}",
        lambda classes: getattr(models, name)(num_classes=classes, aux_logits=auxiliary, init_weights=False),
        input=(3, size, size),
        small=(3, small, small),
        fixture=fixture,
    )


def of_timm(name: str, dropout: float, small: int) -> Reference:
    return Reference(
        f"timm.create_model({name})",
        lambda classes: timm.create_model(name, num_classes=classes, drop_rate=dropout),
        input=(3, 299, 299),
        small=(3, small, small),
    )


REFERENCES: dict[str, Reference] = {
    "googlenet_2014": Reference("the paper's table 1, in PyTorch", GoogLeNet2014),
    "googlenet": torchvision("googlenet"),
    "googlenet_aux": torchvision("googlenet", auxiliary=True),
    "inception_v3": torchvision("inception_v3"),
    "inception_v3_aux": torchvision("inception_v3", auxiliary=True, fixture=False),  # its head wants 299×299
    "inception_v4": of_timm("inception_v4", 0.2, 96),
    "inception_resnet_v2": of_timm("inception_resnet_v2", 0.2, 96),
    "legacy_xception": of_timm("legacy_xception", 0.5, 64),
}
