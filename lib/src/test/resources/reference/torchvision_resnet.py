#!/usr/bin/env python3
"""Writes torchvision's ResNets as test fixtures: names, shapes, and logits for weights made by a formula.

    python torchvision_resnet.py          (needs torch 2.7.1 and torchvision 0.22.1, only to rebuild)

The formula is written again in ReferenceWeights.java: number i of the tensor called NAME is
    u = ((i + 1) * 7919 + 31 * sum(bytes of NAME)) mod 10007 / 10007        in [0, 1)
and the weight is (u - 0.5) * sqrt(24 / fan-in) for a convolution or fully connected layer (He's variance),
0.2 + 0.4 u for a gamma, 0.5 + u for a running variance, u - 0.5 for everything else.
"""

from pathlib import Path

import torch
import torchvision

HERE = Path(__file__).parent


def uniform(name: str, size: int) -> torch.Tensor:
    i = torch.arange(1, size + 1, dtype=torch.int64)
    return ((i * 7919 + 31 * sum(name.encode())) % 10007).double() / 10007


def value(name: str, old: torch.Tensor) -> torch.Tensor:
    u = uniform(name, old.numel())
    if old.dim() > 1:
        u = (u - 0.5) * (24 / (old.numel() // old.shape[0])) ** 0.5
    elif name.endswith("weight"):
        u = 0.2 + 0.4 * u
    elif name.endswith("running_var"):
        u = u + 0.5
    else:
        u = u - 0.5
    return u.float().reshape(old.shape)


@torch.no_grad()
def main() -> None:
    names, logits = [], []
    for model in ("resnet18", "resnet34", "resnet50", "resnet101", "resnet152"):
        net = getattr(torchvision.models, model)(num_classes=10).eval()
        state = {n: t for n, t in net.state_dict().items() if not n.endswith("num_batches_tracked")}
        for name, tensor in state.items():
            names.append(f"{model}\t{name}\t{'x'.join(map(str, tensor.shape))}")
            tensor.copy_(value(name, tensor))
        x = (uniform("input", 2 * 3 * 64 * 64) - 0.5).float().reshape(2, 3, 64, 64)
        numbers = " ".join(f"{v:.6g}" for v in net(x).flatten().tolist())
        logits.append(f"{model}\t{numbers}")
    (HERE / "torchvision_resnet_names.tsv").write_text("\n".join(names) + "\n")
    (HERE / "torchvision_resnet_logits.tsv").write_text("\n".join(logits) + "\n")


if __name__ == "__main__":
    main()
