"""Writes what PyTorch's DCGAN example, its losses and penalties make of numbers, so that the library's tests need no
PyTorch.

    .venv-pytorch/bin/python -m ci.parity.gan

A row of `gan.tsv` begins with its kind. Of a network: name, input, a digest of names and shapes, norm and projection
of the output in evaluation. Of a loss: name, the discriminator's and the generator's loss over scores of the formula, and
norm and projection of the discriminator's gradients by the scores, real and fake. Of a penalty: name, its value, and norm
and projection of its gradient by the weights of the first layer of a small network, which is differentiated twice.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ci.parity.fixtures import FOLDER, digest, projection, uniform, value

LATENT, WIDTH, CHANNELS = 100, 64, 3


def generator() -> nn.Module:
    layers: list[nn.Module] = []
    sizes = [LATENT, WIDTH * 8, WIDTH * 4, WIDTH * 2, WIDTH]
    for i, (before, after) in enumerate(zip(sizes, sizes[1:])):
        stride, padding = (1, 0) if i == 0 else (2, 1)
        layers += [nn.ConvTranspose2d(before, after, 4, stride, padding, bias=False), nn.BatchNorm2d(after), nn.ReLU(True)]
    layers += [nn.ConvTranspose2d(WIDTH, CHANNELS, 4, 2, 1, bias=False), nn.Tanh()]
    return nn.Sequential(*layers)


def discriminator() -> nn.Module:
    layers: list[nn.Module] = [nn.Conv2d(CHANNELS, WIDTH, 4, 2, 1, bias=False), nn.LeakyReLU(0.2)]
    for before, after in [(WIDTH, WIDTH * 2), (WIDTH * 2, WIDTH * 4), (WIDTH * 4, WIDTH * 8)]:
        layers += [nn.Conv2d(before, after, 4, 2, 1, bias=False), nn.BatchNorm2d(after), nn.LeakyReLU(0.2)]
    layers.append(nn.Conv2d(WIDTH * 8, 1, 4, 1, 0, bias=False))
    return nn.Sequential(*layers)


def numbers(name: str, array: Tensor) -> str:
    return f"{array.double().norm():.9g} {projection(name, array):.9g}"


def filled(net: nn.Module) -> dict[str, Tensor]:
    parameters = {key: t for key, t in net.state_dict().items() if t.is_floating_point()}
    with torch.no_grad():
        for key, tensor in parameters.items():
            tensor.copy_(value(key, tensor))
    return parameters


def network(name: str, main: nn.Module, shape: tuple[int, ...]) -> str:
    net = nn.Module()
    net.main = main
    parameters = filled(net)
    x = (uniform("input", torch.Size(shape).numel()) - 0.5).float().reshape(shape)
    net.eval()
    with torch.no_grad():
        out = main(x[:, :, None, None] if len(shape) == 2 else x)
    return "\t".join(["network", name, "x".join(map(str, shape)), digest(parameters), numbers("output", out)])


def scores(name: str) -> Tensor:
    return (8 * (uniform(name, 12) - 0.5)).float().reshape(6, 2).requires_grad_()


def cross_entropy(s: Tensor, label: float) -> Tensor:
    return F.binary_cross_entropy_with_logits(s, torch.full_like(s, label))


LOSSES = {
    "minimax": (lambda r, f: cross_entropy(r, 1) + cross_entropy(f, 0), lambda f: -cross_entropy(f, 0)),
    "non-saturating": (lambda r, f: cross_entropy(r, 1) + cross_entropy(f, 0), lambda f: cross_entropy(f, 1)),
    "smoothed": (lambda r, f: cross_entropy(r, 0.9) + cross_entropy(f, 0), lambda f: cross_entropy(f, 1)),
    "least squares": (lambda r, f: F.mse_loss(r, torch.ones_like(r)) / 2 + F.mse_loss(f, torch.zeros_like(f)) / 2,
                      lambda f: F.mse_loss(f, torch.ones_like(f)) / 2),
    "hinge": (lambda r, f: F.relu(1 - r).mean() + F.relu(1 + f).mean(), lambda f: -f.mean()),
    "Wasserstein": (lambda r, f: f.mean() - r.mean(), lambda f: -f.mean()),
}


def loss(name: str) -> str:
    judge, forge = LOSSES[name]
    real, fake = scores("real"), scores("fake")
    judged = judge(real, fake)
    by_real, by_fake = torch.autograd.grad(judged, [real, fake])
    return "\t".join(["loss", name, f"{judged:.9g}", f"{forge(fake):.9g}", numbers("real", by_real),
                      numbers("fake", by_fake)])


def penalty(name: str) -> str:
    net = nn.Sequential(nn.Linear(6, 5), nn.Tanh(), nn.Linear(5, 1))
    holder = nn.Module()
    holder.fc1, holder.fc2 = net[0], net[2]
    filled(holder)
    x = (4 * (uniform("input", 24) - 0.5)).float().reshape(4, 6).requires_grad_()
    slopes, = torch.autograd.grad(net(x).sum(), x, create_graph=True)
    lengths = slopes.norm(dim=1)
    paid = 3 / 2 * lengths.square().mean() if name == "R1" else 3 * (lengths - 1).square().mean()
    gradient, = torch.autograd.grad(paid, net[0].weight)
    return "\t".join(["penalty", name, f"{paid:.9g}", numbers("weight", gradient)])


if __name__ == "__main__":
    rows = [network("generator", generator(), (2, LATENT)), network("discriminator", discriminator(), (2, CHANNELS, 64, 64))]
    rows += [loss(name) for name in LOSSES]
    rows += [penalty(name) for name in ("R1", "gradient")]
    (FOLDER / "gan.tsv").write_text("".join(f"{each}\n" for each in rows), encoding="utf-8")
