"""Writes what networks that make images of images give, so that the library's tests need no PyTorch.

    .venv-pytorch/bin/python -m ci.parity.generators

The reference is written here anew in PyTorch, after the papers of pix2pix and CycleGAN, with the names that
pytorch-CycleGAN-and-pix2pix gives to parameters. A row of `generators.tsv` holds a network, the images, how many
numbers it learns, a digest of names and shapes, and norm and projection of what it gives in evaluation. Weights and
images come from the formula of `fixtures.py`; the last kernel is scaled by `LAST`, so that no tanh is saturated.
"""

from collections import OrderedDict

import torch
from torch import Tensor, nn

from ci.parity.fixtures import FOLDER, digest, projection, uniform, value

LAST = 0.02


def norm(channels: int, batch: bool) -> nn.Module:
    return nn.BatchNorm2d(channels) if batch else nn.InstanceNorm2d(channels)


class Level(nn.Module):
    """A level of the U-Net: what comes in, beside what is made of it."""

    def __init__(self, outer: int, own: int, inner: "Level | None", batch: bool, drops: bool) -> None:
        super().__init__()
        down = [nn.LeakyReLU(0.2), nn.Conv2d(outer, own, 4, 2, 1, bias=not batch)]
        middle = [] if inner is None else [norm(own, batch), inner]
        wide = own if inner is None else 2 * own
        up = [nn.ReLU(), nn.ConvTranspose2d(wide, outer, 4, 2, 1, bias=not batch), norm(outer, batch)]
        self.model = nn.Sequential(*down, *middle, *up, *([nn.Dropout(0.5)] if drops else []))

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([x, self.model(x)], 1)


def unet(downs: int, width: int, batch: bool, channels: int = 3) -> nn.Module:
    widths = [width * min(2**level, 8) for level in range(downs)]
    inner = None
    for level in reversed(range(1, downs)):
        drops = 4 <= level < downs - 1
        inner = Level(widths[level - 1], widths[level], inner, batch, drops)
    outermost = [
        nn.Conv2d(channels, width, 4, 2, 1, bias=not batch),
        inner,
        nn.ReLU(),
        nn.ConvTranspose2d(2 * width, 3, 4, 2, 1),
        nn.Tanh(),
    ]
    outer = nn.Sequential(OrderedDict(model=nn.Sequential(*outermost)))
    return nn.Sequential(OrderedDict(model=outer))


class Residual(nn.Module):
    def __init__(self, channels: int, batch: bool, drops: bool) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for place in range(2):
            layers += [nn.ReflectionPad2d(1), nn.Conv2d(channels, channels, 3, bias=not batch), norm(channels, batch)]
            if place == 0:
                layers += [nn.ReLU()] + ([nn.Dropout(0.5)] if drops else [])
        self.conv_block = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.conv_block(x)


def resnet(blocks: int, width: int, batch: bool, drops: bool) -> nn.Module:
    layers = [nn.ReflectionPad2d(3), nn.Conv2d(3, width, 7, bias=not batch), norm(width, batch), nn.ReLU()]
    for c in (width, 2 * width):
        layers += [nn.Conv2d(c, 2 * c, 3, 2, 1, bias=not batch), norm(2 * c, batch), nn.ReLU()]
    layers += [Residual(4 * width, batch, drops) for _ in range(blocks)]
    for c in (4 * width, 2 * width):
        layers += [nn.ConvTranspose2d(c, c // 2, 3, 2, 1, 1, bias=not batch), norm(c // 2, batch), nn.ReLU()]
    layers += [nn.ReflectionPad2d(3), nn.Conv2d(width, 3, 7), nn.Tanh()]
    return nn.Sequential(OrderedDict(model=nn.Sequential(*layers)))


def patches(channels: int, layers: int, width: int, batch: bool) -> nn.Module:
    net = [nn.Conv2d(channels, width, 4, 2, 1), nn.LeakyReLU(0.2)]
    before = width
    for layer in range(1, layers + 1):
        c = width * min(2**layer, 8)
        stride = 2 if layer < layers else 1
        net += [nn.Conv2d(before, c, 4, stride, 1, bias=not batch), norm(c, batch), nn.LeakyReLU(0.2)]
        before = c
    net += [nn.Conv2d(before, 1, 4, 1, 1)]
    return nn.Sequential(OrderedDict(model=nn.Sequential(*net)))


def pixels(channels: int, width: int, batch: bool) -> nn.Module:
    net = [nn.Conv2d(channels, width, 1), nn.LeakyReLU(0.2), nn.Conv2d(width, 2 * width, 1, bias=not batch)]
    net += [norm(2 * width, batch), nn.LeakyReLU(0.2), nn.Conv2d(2 * width, 1, 1, bias=not batch)]
    return nn.Sequential(OrderedDict(net=nn.Sequential(*net)))


NETWORKS = {
    "resnet_9blocks": (lambda: resnet(9, 64, False, False), (2, 3, 32, 36)),
    "resnet_2blocks_width8_batch_dropout": (lambda: resnet(2, 8, True, True), (2, 3, 16, 24)),
    "unet_256": (lambda: unet(8, 64, True), (1, 3, 256, 256)),
    "unet_64_width8": (lambda: unet(6, 8, True), (3, 3, 64, 128)),
    "unet_32_width8_instance": (lambda: unet(5, 8, False), (2, 3, 64, 64)),
    "basic": (lambda: patches(3, 3, 64, False), (2, 3, 64, 48)),
    "basic of pairs": (lambda: patches(6, 3, 64, True), (2, 6, 64, 48)),
    "5 layers": (lambda: patches(4, 5, 4, False), (2, 4, 128, 160)),
    "pixel": (lambda: pixels(6, 64, True), (2, 6, 9, 7)),
    "pixel by instances": (lambda: pixels(3, 8, False), (2, 3, 9, 7)),
}


def row(name: str) -> str:
    build, shape = NETWORKS[name]
    net = build().eval()
    parameters = {key: t for key, t in net.state_dict().items() if t.is_floating_point()}
    kernels = [key for key, t in parameters.items() if t.dim() > 1]
    with torch.no_grad():
        for key, tensor in parameters.items():
            tensor.copy_(value(key, tensor) * (LAST if key == kernels[-1] else 1))
        images = (uniform("input", torch.Size(shape).numel()) - 0.5).float().reshape(shape)
        made = net(images)
    learned = sum(p.numel() for p in net.parameters())
    numbers = f"{made.double().norm():.9g} {projection(name, made):.9g}"
    return "\t".join([name, "x".join(map(str, shape)), str(learned), digest(parameters), numbers])


if __name__ == "__main__":
    (FOLDER / "generators.tsv").write_text("".join(f"{row(name)}\n" for name in NETWORKS), encoding="utf-8")
