"""Writes what PyTorch's layers make of small arrays, so that the library's tests need no PyTorch.

    .venv-pytorch/bin/python -m ci.parity.layers

Rows of `layers.tsv`: a layer, what, its shape, its numbers. With y the output in training and w random:

- `x`, `w` and each parameter and buffer by its name: what goes in;
- `y`; `gradient NAME`, of Σ w y, by x and by each parameter; `after NAME`: a buffer behind the pass;
- `evaluated`: the output in evaluation, behind the pass in training;
- `penalty`: Σ g², where g is the gradient of Σ w y² by x; `of penalty NAME`: the gradients of that, by x and by each
  parameter, from the buffers as they were.
"""

from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.nn.utils import spectral_norm

from ci.parity.fixtures import FOLDER


class LayerNorm2d(nn.LayerNorm):
    """As torchvision writes it"""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


def layers() -> Iterator[tuple[str, nn.Module, tuple[int, ...]]]:
    """Name, layer, shape of its input."""
    yield "transposed", nn.ConvTranspose2d(3, 2, 3, bias=False), (2, 3, 4, 3)
    yield "transposed, stride 2", nn.ConvTranspose2d(3, 2, 4, stride=2, padding=1), (1, 3, 3, 4)
    yield "transposed, output padding", nn.ConvTranspose2d(2, 3, 3, stride=2, padding=1, output_padding=1), (1, 2, 3, 4)
    yield "transposed, groups", nn.ConvTranspose2d(4, 6, 3, stride=3, groups=2, bias=False), (2, 4, 2, 3)
    yield "transposed, dilation", nn.ConvTranspose2d(2, 2, 3, dilation=2, padding=2), (1, 2, 5, 4)
    yield "nearest", nn.Upsample(scale_factor=3), (1, 2, 3, 2)
    yield "nearest to a size", nn.Upsample(size=(5, 4)), (1, 2, 3, 7)
    yield "bilinear", nn.Upsample(scale_factor=2, mode="bilinear"), (2, 2, 3, 4)
    yield "bilinear to a size", nn.Upsample(size=(5, 4), mode="bilinear"), (1, 2, 3, 7)
    yield "bilinear, corners aligned", nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True), (1, 2, 3, 4)
    yield "leaky ReLU", nn.LeakyReLU(0.2), (2, 3, 3, 2)
    yield "PReLU", nn.PReLU(), (2, 3, 3, 2)
    yield "PReLU of channels", nn.PReLU(3), (2, 3, 3, 2)
    yield "ELU", nn.ELU(0.7), (2, 3, 3, 2)
    yield "GELU", nn.GELU(), (2, 3, 3, 2)
    yield "tanh", nn.Tanh(), (2, 3, 3, 2)
    yield "sigmoid", nn.Sigmoid(), (2, 3, 3, 2)
    yield "ReLU6", nn.ReLU6(), (2, 3, 3, 2)
    yield "SiLU", nn.SiLU(), (2, 3, 3, 2)
    yield "batch norm", nn.BatchNorm2d(3), (3, 3, 3, 2)
    yield "instance norm", nn.InstanceNorm2d(3), (2, 3, 4, 3)
    yield "instance norm, affine", nn.InstanceNorm2d(3, affine=True), (1, 3, 4, 3)
    yield "group norm", nn.GroupNorm(2, 6), (2, 6, 3, 2)
    yield "group norm of rows", nn.GroupNorm(2, 6, eps=1e-3), (3, 6)
    yield "layer norm", nn.LayerNorm((3, 4, 3)), (2, 3, 4, 3)
    yield "layer norm of rows", nn.LayerNorm(6), (3, 6)
    yield "layer norm of pixels", LayerNorm2d(4, eps=1e-6), (2, 4, 3, 2)
    yield "convolution", nn.Conv2d(3, 2, 3, stride=2, padding=1), (2, 3, 5, 4)
    yield "linear", nn.Linear(6, 4), (3, 6)
    yield "spectral convolution", spectral_norm(nn.Conv2d(3, 4, 3, padding=1, groups=1)), (2, 3, 4, 3)
    yield "spectral transposed", spectral_norm(nn.ConvTranspose2d(3, 4, 4, stride=2, padding=1)), (1, 3, 3, 2)
    yield "spectral linear", spectral_norm(nn.Linear(6, 4)), (3, 6)
    yield "reflection", nn.ReflectionPad2d(2), (1, 2, 3, 4)
    yield "replication", nn.ReplicationPad2d(2), (1, 2, 1, 3)
    yield "constant", nn.ConstantPad2d(1, 0.5), (2, 1, 2, 3)
    yield "reflecting convolution", nn.Conv2d(2, 3, 3, stride=2, padding=1, padding_mode="reflect"), (1, 2, 5, 4)
    yield "unfold", nn.Unfold(3, dilation=2, padding=1, stride=2), (2, 2, 6, 5)
    yield "fold", nn.Fold((6, 5), 3, padding=1, stride=2), (2, 18, 9)
    yield "max pool", nn.MaxPool2d(3, 2, 1), (1, 2, 6, 5)
    yield "average pool", nn.AvgPool2d(3, 2, 1), (1, 2, 6, 5)


def rows(name: str, layer: nn.Module, shape: tuple[int, ...]) -> Iterator[str]:
    def row(what: str, value: Tensor) -> str:
        size = "x".join(map(str, value.shape)) or "1"
        return f"{name}\t{what}\t{size}\t{' '.join(f'{v:.6g}' for v in value.detach().flatten().tolist())}\n"

    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.uniform_(-1, 1)
    if isinstance(layer, nn.BatchNorm2d):
        layer.num_batches_tracked = None
    x = torch.randn(shape, requires_grad=True)
    start = {key: value.clone() for key, value in layer.state_dict().items()}
    inputs = {"x": x, **dict(layer.named_parameters())}
    layer.train()
    y = layer(x)
    w = torch.randn_like(y)
    yield row("x", x)
    yield row("w", w)
    for key, value in start.items():
        yield row(key, value)
    yield row("y", y)
    for key, value in zip(inputs, torch.autograd.grad((w * y).sum(), list(inputs.values()))):
        yield row(f"gradient {key}", value)
    for key, value in layer.named_buffers():
        yield row(f"after {key}", value)
    layer.eval()
    yield row("evaluated", layer(x))
    layer.load_state_dict(start, strict=False)
    layer.train()
    (g,) = torch.autograd.grad((w * layer(x).square()).sum(), x, create_graph=True)
    penalty = g.square().sum()
    yield row("penalty", penalty)
    gradients = torch.autograd.grad(penalty, list(inputs.values()), allow_unused=True)
    for (key, value), gradient in zip(inputs.items(), gradients):
        yield row(f"of penalty {key}", torch.zeros_like(value) if gradient is None else gradient)


def main() -> None:
    torch.manual_seed(3)
    with open(FOLDER / "layers.tsv", "w", encoding="utf-8") as file:
        for case in layers():
            file.writelines(rows(*case))


if __name__ == "__main__":
    main()
