"""LeNet to DenseNet."""

import re
from collections import OrderedDict

import torch
import torch.nn.functional as F
from pytorchcv.model_provider import get_model
from torch import Tensor, nn
from torchvision import models

from ci.parity.reference import Reference


class LeNet5(nn.Module):
    """Figure 2 of LeCun et al. 1998, with a fully connected layer in place of the distances to fixed pictures."""

    C3_INPUTS = (
        *((i, (i + 1) % 6, (i + 2) % 6) for i in range(6)),
        *((i, (i + 1) % 6, (i + 2) % 6, (i + 3) % 6) for i in range(6)),
        (0, 1, 3, 4),
        (1, 2, 4, 5),
        (0, 2, 3, 5),
        (0, 1, 2, 3, 4, 5),
    )
    """Table I by columns, as the text describes it."""

    class PerMap(nn.Module):
        """The sum of 2×2 pixels times a coefficient, plus a bias."""

        def __init__(self, maps: int):
            super().__init__()
            self.weight = nn.Parameter(torch.ones(maps))
            self.bias = nn.Parameter(torch.zeros(maps))

        def forward(self, x: Tensor) -> Tensor:
            total = x[:, :, ::2, ::2] + x[:, :, 1::2, ::2] + x[:, :, ::2, 1::2] + x[:, :, 1::2, 1::2]
            return total * self.weight[:, None, None] + self.bias[:, None, None]

    class Table(nn.Module):
        """A convolution a map, of the maps that it sees."""

        def __init__(self) -> None:
            super().__init__()
            self.weight = nn.Parameter(torch.zeros(60, 5, 5))
            self.bias = nn.Parameter(torch.zeros(16))

        def forward(self, x: Tensor) -> Tensor:
            maps, start = [], 0
            for inputs, bias in zip(LeNet5.C3_INPUTS, self.bias):
                kernels = self.weight[start : start + len(inputs)]
                # Table I lists the inputs of a map from the first to the last.
                maps.append(F.conv2d(x[:, sorted(inputs)], kernels[None], bias[None]))
                start += len(inputs)
            return torch.cat(maps, 1)

    def __init__(self, classes: int):
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, 5)
        self.s2 = self.PerMap(6)
        self.c3 = self.Table()
        self.s4 = self.PerMap(16)
        self.c5 = nn.Conv2d(16, 120, 5)
        self.f6 = nn.Linear(120, 84)
        self.output = nn.Linear(84, classes)

    def forward(self, x: Tensor) -> Tensor:
        for layer in (self.c1, self.s2, self.c3, self.s4, self.c5, nn.Flatten(), self.f6):
            x = layer(x)
            if not isinstance(layer, nn.Flatten):
                x = 1.7159 * torch.tanh(2 / 3 * x)
        return self.output(x)


def named(*layers: tuple[str, nn.Module] | nn.Module) -> nn.Sequential:
    """Layers in series; those with parameters have names."""
    pairs = (each if isinstance(each, tuple) else (f"_{i}", each) for i, each in enumerate(layers))
    return nn.Sequential(OrderedDict(pairs))


def lenet5_modern(classes: int) -> nn.Module:
    """Dive into Deep Learning, section 7.6."""
    return named(
        ("conv1", nn.Conv2d(1, 6, 5, padding=2)), nn.Sigmoid(), nn.AvgPool2d(2),
        ("conv2", nn.Conv2d(6, 16, 5)), nn.Sigmoid(), nn.AvgPool2d(2), nn.Flatten(),
        ("fc1", nn.Linear(400, 120)), nn.Sigmoid(),
        ("fc2", nn.Linear(120, 84)), nn.Sigmoid(),
        ("fc3", nn.Linear(84, classes)),
    )


def fully_connected(size: int, classes: int) -> list[tuple[str, nn.Module] | nn.Module]:
    """AlexNet's last three layers; the pooling before them does nothing to the paper's images."""
    return [
        nn.AdaptiveAvgPool2d(size), nn.Flatten(),
        ("fc6", nn.Linear(256 * size**2, 4096)), nn.ReLU(), nn.Dropout(),
        ("fc7", nn.Linear(4096, 4096)), nn.ReLU(), nn.Dropout(),
        ("fc8", nn.Linear(4096, classes)),
    ]


def response_norm() -> nn.Module:
    """Krizhevsky et al. 2012, section 3.3: α is for the sum over five channels, PyTorch's for the mean."""
    return nn.LocalResponseNorm(5, alpha=5 * 1e-4, beta=0.75, k=2)


def alexnet_2012(classes: int) -> nn.Module:
    return named(
        ("conv1", nn.Conv2d(3, 96, 11, 4)), nn.ReLU(), response_norm(), nn.MaxPool2d(3, 2),
        ("conv2", nn.Conv2d(96, 256, 5, padding=2, groups=2)), nn.ReLU(), response_norm(), nn.MaxPool2d(3, 2),
        ("conv3", nn.Conv2d(256, 384, 3, padding=1)), nn.ReLU(),
        ("conv4", nn.Conv2d(384, 384, 3, padding=1, groups=2)), nn.ReLU(),
        ("conv5", nn.Conv2d(384, 256, 3, padding=1, groups=2)), nn.ReLU(), nn.MaxPool2d(3, 2),
        *fully_connected(6, classes),
    )


def alexnet_d2l(classes: int) -> nn.Module:
    """Dive into Deep Learning, section 8.1."""
    return named(
        ("conv1", nn.Conv2d(3, 96, 11, 4, padding=1)), nn.ReLU(), nn.MaxPool2d(3, 2),
        ("conv2", nn.Conv2d(96, 256, 5, padding=2)), nn.ReLU(), nn.MaxPool2d(3, 2),
        ("conv3", nn.Conv2d(256, 384, 3, padding=1)), nn.ReLU(),
        ("conv4", nn.Conv2d(384, 384, 3, padding=1)), nn.ReLU(),
        ("conv5", nn.Conv2d(384, 256, 3, padding=1)), nn.ReLU(), nn.MaxPool2d(3, 2),
        *fully_connected(5, classes),
    )


def zfnet(classes: int) -> nn.Module:
    """Figure 3 of arXiv:1311.2901."""
    pool = nn.MaxPool2d(3, 2, ceil_mode=True)
    return named(
        ("conv1", nn.Conv2d(3, 96, 7, 2, padding=1)), nn.ReLU(), pool, response_norm(),
        ("conv2", nn.Conv2d(96, 256, 5, 2)), nn.ReLU(), pool, response_norm(),
        ("conv3", nn.Conv2d(256, 384, 3, padding=1)), nn.ReLU(),
        ("conv4", nn.Conv2d(384, 384, 3, padding=1)), nn.ReLU(),
        ("conv5", nn.Conv2d(384, 256, 3, padding=1)), nn.ReLU(), pool,
        *fully_connected(6, classes),
    )


def nin_imagenet(classes: int) -> nn.Module:
    """The authors' Caffe model."""
    pool = nn.MaxPool2d(3, 2, ceil_mode=True)
    return named(
        ("conv1", nn.Conv2d(3, 96, 11, 4)), nn.ReLU(),
        ("cccp1", nn.Conv2d(96, 96, 1)), nn.ReLU(), ("cccp2", nn.Conv2d(96, 96, 1)), nn.ReLU(), pool,
        ("conv2", nn.Conv2d(96, 256, 5, padding=2)), nn.ReLU(),
        ("cccp3", nn.Conv2d(256, 256, 1)), nn.ReLU(), ("cccp4", nn.Conv2d(256, 256, 1)), nn.ReLU(), pool,
        ("conv3", nn.Conv2d(256, 384, 3, padding=1)), nn.ReLU(),
        ("cccp5", nn.Conv2d(384, 384, 1)), nn.ReLU(), ("cccp6", nn.Conv2d(384, 384, 1)), nn.ReLU(), pool, nn.Dropout(),
        ("conv4", nn.Conv2d(384, 1024, 3, padding=1)), nn.ReLU(),
        ("cccp7", nn.Conv2d(1024, 1024, 1)), nn.ReLU(), ("cccp8", nn.Conv2d(1024, classes, 1)), nn.ReLU(),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(),
    )


def nin_cifar10(classes: int) -> nn.Module:
    """pytorchcv's, with the poolings of the authors' Caffe model: no padding, sizes rounded up."""
    net = get_model("nin_cifar10", num_classes=classes)
    for pool in (net.features.stage2.pool2, net.features.stage3.pool3):
        pool.padding, pool.ceil_mode = 0, True
    return net


def nin_cifar10_name(name: str) -> str:
    """features.stage2.unit3.conv.weight -> cccp4.weight"""
    name = name.replace("output.final_conv", "features.stage3.unit3")
    stage, unit, rest = re.fullmatch(r"features\.stage(\d)\.unit(\d)\.conv\.(.*)", name).groups()
    return f"conv{stage}.{rest}" if unit == "1" else f"cccp{2 * int(stage) + int(unit) - 3}.{rest}"


def densenet264(classes: int) -> nn.Module:
    """Table 1 of arXiv:1608.06993."""
    return models.DenseNet(32, (6, 12, 64, 48), 64, num_classes=classes)


class DenseLayer(nn.Module):
    """The composite function of section 3 of arXiv:1608.06993, its input beside its output."""

    def __init__(self, width: int, growth: int):
        super().__init__()
        self.norm1 = nn.BatchNorm2d(width)
        self.conv1 = nn.Conv2d(width, growth, 3, padding=1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([x, self.conv1(self.norm1(x).relu())], 1)


def densenet40_k12_cifar10(classes: int) -> nn.Module:
    """Table 2: L = 40, k = 12, without bottlenecks and compression (pytorchcv's of this name compresses)."""
    depth, growth, width = 12, 12, 16
    features = [("conv0", nn.Conv2d(3, width, 3, padding=1, bias=False))]
    for block in (1, 2, 3):
        layers = [(f"denselayer{i + 1}", DenseLayer(width + i * growth, growth)) for i in range(depth)]
        features.append((f"denseblock{block}", named(*layers)))
        width += depth * growth
        if block < 3:
            features.append((f"transition{block}", models.densenet._Transition(width, width)))
    features.append(("norm5", nn.BatchNorm2d(width)))
    pool = nn.AdaptiveAvgPool2d(1)
    return named(
        ("features", named(*features)), nn.ReLU(), pool, nn.Flatten(), ("classifier", nn.Linear(width, classes))
    )


def densenet_cifar_name(name: str) -> str:
    """features.stage2.unit3.conv1.bn.weight -> features.denseblock2.denselayer3.norm1.weight"""
    name = name.replace("init_block", "conv0").replace("post_activ.bn", "norm5").replace("output", "classifier")
    name = re.sub(r"stage\d\.trans(\d)\.conv", lambda m: f"transition{int(m[1]) - 1}", name)
    name = re.sub(r"stage(\d)\.unit(\d+)\.conv(\d)\.(bn|conv)", r"denseblock\1.denselayer\2.\4\3", name)
    return re.sub(r"\bbn(\d?)\.", r"norm\1.", name)


def torchvision(name: str, small: tuple[int, int, int] = (3, 64, 64), fixture: bool = True) -> Reference:
    label = f"torchvision.models.{name}"
    return Reference(label, lambda classes: getattr(models, name)(num_classes=classes), small=small, fixture=fixture)


def densenet_cifar(name: str, fixture: bool = True) -> Reference:
    return Reference(
        f"pytorchcv {name}",
        lambda classes: get_model(name, num_classes=classes),
        input=(3, 32, 32),
        small=(3, 32, 32),
        rename=densenet_cifar_name,
        fixture=fixture,
    )


REFERENCES = {
    "lenet5_1998": Reference("LeCun et al. 1998, figure 2", LeNet5, (1, 32, 32), (1, 32, 32)),
    "lenet5": Reference("Dive into Deep Learning, section 7.6", lenet5_modern, (1, 28, 28), (1, 28, 28)),
    "alexnet_2012": Reference("Krizhevsky et al. 2012, section 3.5", alexnet_2012, (3, 227, 227), (3, 127, 127)),
    "alexnet": torchvision("alexnet", small=(3, 127, 127)),
    "alexnet_d2l": Reference("Dive into Deep Learning, section 8.1", alexnet_d2l, small=(3, 127, 127), fixture=False),
    "zfnet": Reference("arXiv:1311.2901, figure 3", zfnet, small=(3, 96, 96)),
    "nin_imagenet": Reference("the authors' Caffe model", nin_imagenet, small=(3, 96, 96)),
    "nin_cifar10": Reference(
        "pytorchcv nin_cifar10, the authors' poolings", nin_cifar10, (3, 32, 32), (3, 32, 32), nin_cifar10_name
    ),
    # Over 128 million parameters each, nearly all of them in one layer: too slow for the fixtures.
    **{
        f"vgg{depth}{bn}": torchvision(f"vgg{depth}{bn}", fixture=False)
        for depth in (11, 13, 16, 19)
        for bn in ("", "_bn")
    },
    "squeezenet1_0": torchvision("squeezenet1_0"),
    "squeezenet1_1": torchvision("squeezenet1_1"),
    "densenet121": torchvision("densenet121"),
    **{f"densenet{depth}": torchvision(f"densenet{depth}", fixture=False) for depth in (161, 169, 201)},
    "densenet264": Reference("torchvision.models.DenseNet(32, (6, 12, 64, 48), 64)", densenet264, fixture=False),
    "densenet40_k12_cifar10": Reference(
        "arXiv:1608.06993, table 2", densenet40_k12_cifar10, input=(3, 32, 32), small=(3, 32, 32)
    ),
    "densenet40_k12_bc_cifar10": densenet_cifar("densenet40_k12_bc_cifar10"),
    "densenet100_k12_bc_cifar10": densenet_cifar("densenet100_k12_bc_cifar10", fixture=False),
    "densenet190_k40_bc_cifar10": densenet_cifar("densenet190_k40_bc_cifar10", fixture=False),
}
