#!/usr/bin/env python3
"""Writes onednn_ops.pt: convolutions for use in oneDNN's own operators, which compute additions and activations while
the sums are at hand, and read weights in the order that suits the processor.

    python onednn_ops.py        (needs PyTorch 2.7.1, only to rebuild)

PyTorch's library for Apple silicon is built without them, and this file does not load there. `torch_ops.py` computes
the same in ordinary operators.
"""

from typing import List, Optional

import torch
from torch import Tensor

import archive
import common
from common import activate_, ints, to_channels_last


def onednn_name(activation: int) -> str:
    return ["none", "relu", "hardtanh", "swish", "hardswish", "hardsigmoid", "sigmoid"][activation]


def onednn_numbers(activation):
    # type: (int) -> List[Optional[number]]
    if activation == 2:
        return [0.0, 6.0]
    return []


class OneDnnOps(torch.nn.Module):
    """p: stride, rows and columns of zeros, dilation, groups, activation"""

    @torch.jit.export
    def has_bfloat16(self) -> bool:
        return torch.ops.mkldnn._is_mkldnn_bf16_supported()

    @torch.jit.export
    def has_float16(self) -> bool:
        return torch.ops.mkldnn._is_mkldnn_fp16_supported()

    @torch.jit.export
    def pack(self, w: Tensor, p: Tensor, shape: Tensor) -> Tensor:
        """Weights in the order in which oneDNN reads them for images of a shape, for the methods below alone."""
        s, r, c, d, g, a = ints(p)
        return torch.ops.mkldnn._reorder_convolution_weight(w, [r, c], [s, s], [d, d], g, ints(shape))

    @torch.jit.export
    def conv_fused(self, x: Tensor, w: Tensor, b: Tensor, p: Tensor) -> Tensor:
        s, r, c, d, g, a = ints(p)
        return torch.ops.mkldnn._convolution_pointwise(
            to_channels_last(x), w, b, [r, c], [s, s], [d, d], g, onednn_name(a), onednn_numbers(a), "")

    @torch.jit.export
    def conv_fused_add(self, x: Tensor, w: Tensor, b: Tensor, p: Tensor, other: Tensor) -> Tensor:
        """p as above, and whether the sum may be written over the other"""
        s, r, c, d, g, a, over = ints(p)
        relu: Optional[str] = "relu" if a == 1 else None
        # In place, for PyTorch's form out of place copies the other as well, and fails at single pixels.
        y = to_channels_last(other) if over != 0 else other.clone(memory_format=torch.channels_last)
        fused = torch.ops.mkldnn._convolution_pointwise_(
            y, to_channels_last(x), w, b, [r, c], [s, s], [d, d], g, "add", 1.0, relu, [], "")
        return fused if a < 2 else activate_(fused, a)  # oneDNN knows ReLU alone behind an addition


if __name__ == "__main__":
    archive.save(OneDnnOps(), "onednn_ops", __file__, common.__file__)
