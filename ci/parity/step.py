"""What is compared: logits in evaluation mode, and one training step."""

import platform

import torch
import torch.nn.functional as F
from torch import Tensor, nn

SEED = 7
"""Of PyTorch's generator before each forward pass, in both languages: dropout draws the same numbers."""

AUXILIARY_WEIGHT = 0.3
"""Of each auxiliary output in the loss."""


def outputs(result: object) -> list[Tensor]:
    """Logits, then auxiliary outputs."""
    return [result] if isinstance(result, Tensor) else [each for each in result if each is not None]


def laid_out(net: nn.Module, images: Tensor) -> Tensor:
    """The images as our library lays them out, so that dropout draws the same numbers for the same places."""
    if platform.machine() not in ("AMD64", "x86_64"):
        return images
    net.to(memory_format=torch.channels_last)
    return images.contiguous(memory_format=torch.channels_last)


def evaluate(net: nn.Module, images: Tensor) -> Tensor:
    images = laid_out(net, images)
    net.eval()
    with torch.no_grad():
        return outputs(net(images))[0]


def train_step(net: nn.Module, parameters: dict[str, Tensor], images: Tensor, labels: Tensor) -> dict[str, Tensor]:
    """Loss, gradients of all parameters, and running statistics after one step, by name."""
    images = laid_out(net, images)
    net.train()
    net.zero_grad()
    torch.manual_seed(SEED)
    logits, *auxiliary = outputs(net(images))
    loss = F.cross_entropy(logits, labels)
    for each in auxiliary:
        loss = loss + AUXILIARY_WEIGHT * F.cross_entropy(each, labels)
    loss.backward()
    arrays = {"loss": loss.detach()}
    for name, tensor in parameters.items():
        if tensor.grad is not None:
            arrays[f"gradient {name}"] = tensor.grad
        elif "running_" in name:
            arrays[f"statistics {name}"] = tensor.detach()
    return arrays
