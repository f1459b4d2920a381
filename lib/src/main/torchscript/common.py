"""What the scripts of several archives share."""

from typing import List

import torch
import torch.nn.functional as F
from torch import Tensor


def ints(t: Tensor) -> List[int]:
    """Integers travel as a tensor of longs, because DJL passes tensors only."""
    values: List[int] = t.tolist()
    return values


def is_channels_last(x: Tensor) -> bool:
    """Whether the channels of a pixel lie together in memory."""
    return x.dim() == 4 and x.is_contiguous(memory_format=torch.channels_last) and not x.is_contiguous()


def to_channels_last(x: Tensor) -> Tensor:
    if x.size(1) == 1:  # is both; these strides make operators choose
        n, c, h, w = x.shape
        return x.reshape(n, h, w, 1).permute(0, 3, 1, 2)
    return x.contiguous(memory_format=torch.channels_last)


def activate_(x: Tensor, activation: int) -> Tensor:
    """Activations travel as their places in convnets.torch.FusedActivation."""
    if activation == 1:
        return x.relu_()
    if activation == 2:
        return x.clamp_(0.0, 6.0)
    if activation == 3:
        return F.silu(x, inplace=True)
    if activation == 4:
        return F.hardswish(x, inplace=True)
    if activation == 5:
        return F.hardsigmoid(x, inplace=True)
    if activation == 6:
        return x.sigmoid_()
    return x
