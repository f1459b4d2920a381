#!/usr/bin/env python3
"""Writes torch_ops.pt: native operators of PyTorch that DJL's API lacks, as methods of one scripted module.

    python torch_ops.py        (needs PyTorch 2.7.1, only to rebuild)

`convnets.torch.TorchScript` loads the file and calls the methods by name. It names only operators that PyTorch has on
every platform (`operators.py`): with an unknown one the file would not load. A test compares the two, and the hash of
the scripts with the one in the file.
"""

from typing import List, Optional, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor

import archive
import common
from common import activate_, ints, is_channels_last, to_channels_last


def is_half(x: Tensor) -> bool:
    return x.dtype == torch.float16 or x.dtype == torch.bfloat16


def dtype_of(bits: int) -> torch.dtype:
    """bits: 32, 16 or, for bfloat16, -16"""
    return torch.float32 if bits == 32 else torch.float16 if bits == 16 else torch.bfloat16


def for_channels_last(x: Tensor, w: Tensor, stride: int, padding: int) -> Tuple[Tensor, int]:
    """The input of a convolution laid out with channels last, and the stride that remains."""
    x = to_channels_last(x)
    if x.is_cuda:
        return x, stride
    # The gradient of oneDNN's strided 1×1 convolution writes beyond its memory if there are few channels: the stride
    # is taken beforehand then, by a pool of single pixels.
    few = w.size(1) % 16 != 0 or is_half(x)  # in half the precision, how many are few has not been found out
    if stride > 1 and padding == 0 and w.size(2) == 1 and w.size(3) == 1 and few:
        return F.avg_pool2d(x, 1, stride), 1
    return x, stride


def convolved(x: Tensor, w: Tensor, b: Optional[Tensor], p: List[int]) -> Tensor:
    """p: stride, rows and columns of zeros, dilation, groups, whether to lay out x with channels last"""
    s, r, c, d, g, last = p[0], p[1], p[2], p[3], p[4], p[5]
    if last != 0:
        x, s = for_channels_last(x, w, s, r + c)
    return F.conv2d(x, w, b, [s, s], [r, c], [d, d], g)


def conv_norm_activated(x: Tensor, w: Tensor, b: Optional[Tensor], mean: Tensor, variance: Tensor, gamma: Tensor,
                        beta: Tensor, p: List[int], epsilon: float) -> Tensor:
    y = convolved(x, w, b, p)
    return activate_(F.batch_norm(y, mean, variance, gamma, beta, False, 0.0, epsilon), p[6])


def conv_transposed(x: Tensor, w: Tensor, b: Optional[Tensor], p: List[int]) -> Tensor:
    """p: stride, rows and columns of zeros, dilation, groups, rows and columns more below and on the right"""
    s, r, c, d, g, rows, columns = p[0], p[1], p[2], p[3], p[4], p[5], p[6]
    if s > 1 and w.size(2) == 1 and w.size(3) == 1:
        # The gradient of a convolution, in which oneDNN writes beyond its memory (see for_channels_last).
        x, w = x.contiguous(), w.contiguous()
    return F.conv_transpose2d(x, w, b, [s, s], [r, c], [rows, columns], g, [d, d])


def norm_factor(gamma: Tensor, variance: Tensor, epsilon: Tensor) -> Tensor:
    """What a batch norm multiplies each channel by; in double precision."""
    return gamma.double() / (variance.double() + float(epsilon)).sqrt()


def in_single(x: Tensor) -> Tensor:
    """x in single precision at least, for sums over many numbers."""
    return x.float() if is_half(x) else x


def byte_shares(x: Tensor) -> Tensor:
    """Floats from 0 to 255 as shares of 255, in place. By a number, CUDA multiplies with the inverse, and the last bit
    differs from a CPU's; by an array it divides."""
    return x.div_(torch.full([1], 255.0, device=x.device)) if x.is_cuda else x.div_(255)


def beside(t: Tensor, x: Tensor) -> Tensor:
    """An array of the host on the device of x. The host does not wait for what the device has still to do."""
    return t.to(x.device, non_blocking=True)


# Images of floats from 0 to 1; factors are (N, 1, 1, 1).


def grey(x: Tensor) -> Tensor:
    """(N, C, H, W) -> (N, 1, H, W), with the weights of ITU-R 601"""
    if x.size(1) == 1:
        return x
    return x[:, 0:1] * 0.2989 + x[:, 1:2] * 0.587 + x[:, 2:3] * 0.114


def blend(x: Tensor, other: Tensor, factor: Tensor) -> Tensor:
    """The other image at 0, x at 1, beyond x above 1"""
    return torch.lerp(other, x, beside(factor, x)).clamp_(0.0, 1.0)


# Boxes are (N, K, 5), float32: class, left, top, right and bottom edge; rows of class -1 are padding.


def seen_boxes(boxes: Tensor, first: Tensor, last: Tensor, seen: Tensor, area: Tensor, least: Tensor) -> Tensor:
    """Boxes with new edges, (N, K, 2) left and top, right and bottom; padding where too little of the area is seen"""
    stay = (boxes[:, :, 0] >= 0) & (seen > 0) & (seen >= area * float(least))
    padding = torch.zeros(5, device=boxes.device)
    padding[0] = -1.0
    return torch.where(stay.unsqueeze(2), torch.cat([boxes[:, :, 0:1], first, last], 2), padding)


# Views are (N, 4), double: left and top edge, width and height of what of an image's plane is to fill the image.


def view_centres(first: Tensor, span: Tensor, size: int) -> Tensor:
    """(N), (N) -> (N, size): where the pixels of a view have their centres, along one axis"""
    pixels = torch.arange(size, dtype=torch.double, device=first.device) + 0.5
    return first.unsqueeze(1) + pixels * (span / size).unsqueeze(1)


def view_shares(first: Tensor, span: Tensor, size: int) -> Tensor:
    """(N), (N) -> (N, size, size): how much of each pixel of the image is in each of the view, along one axis. Linear
    interpolation, over as many pixels as become one; 0 where the centre is outside of the image"""
    centres = view_centres(first, span, size).unsqueeze(2)
    pixels = torch.arange(size, dtype=torch.double, device=first.device) + 0.5
    reach = (span / size).clamp(min=1.0).view(-1, 1, 1)
    weights = (1 - (pixels - centres).abs() / reach).clamp(min=0.0)
    inside = (centres >= 0) & (centres < size)
    return (weights * inside / weights.sum(2, True).clamp(min=1e-9)).float()


# Masks of classes: logits are (N, C, H, W), truth is (N, H, W), int64, and 255 where nothing is known of a pixel.


def pixel_edges(truth: Tensor, distance: int) -> Tensor:
    """(N, H, W): known pixels with one of another class within so many rows and columns"""
    known = truth != 255
    classes = truth.unsqueeze(1).float()
    nothing = torch.full_like(classes, -1e4)
    window, around = 2 * distance + 1, distance
    highest = F.max_pool2d(torch.where(known.unsqueeze(1), classes, nothing), window, 1, around)
    lowest = -F.max_pool2d(torch.where(known.unsqueeze(1), -classes, nothing), window, 1, around)
    return known & (highest != lowest).squeeze(1)


def for_groups(x: Tensor, groups: int) -> Tensor:
    """Channels that are groups, one after the other: where they lie together, PyTorch is twenty times slower."""
    return x.contiguous() if groups == x.size(1) and is_channels_last(x) else x


class TorchOps(torch.nn.Module):
    # Convolution.

    @torch.jit.export
    def conv(self, x: Tensor, w: Tensor, p: Tensor) -> Tensor:
        return convolved(x, w, None, ints(p))

    @torch.jit.export
    def conv_bias(self, x: Tensor, w: Tensor, b: Tensor, p: Tensor) -> Tensor:
        return convolved(x, w, b, ints(p))

    @torch.jit.export
    def conv_transpose(self, x: Tensor, w: Tensor, p: Tensor) -> Tensor:
        """w: (in, out / groups, height, width); p: as in conv_transposed"""
        return conv_transposed(x, w, None, ints(p))

    @torch.jit.export
    def conv_transpose_bias(self, x: Tensor, w: Tensor, b: Tensor, p: Tensor) -> Tensor:
        return conv_transposed(x, w, b, ints(p))

    # Convolution for use alone, with the batch norm folded in; no gradients.

    @torch.jit.export
    def fold(self, w: Tensor, b: Tensor, gamma: Tensor, beta: Tensor, mean: Tensor, variance: Tensor,
             epsilon: Tensor) -> List[Tensor]:
        """Weights and bias of a convolution that includes the batch norm behind it; computed in double precision."""
        with torch.no_grad():
            factor = norm_factor(gamma, variance, epsilon)
            folded = w.double() * factor.reshape(-1, 1, 1, 1)
            bias = beta.double() + (b.double() - mean.double()) * factor
            return [folded.to(w.dtype), bias.to(w.dtype)]

    @torch.jit.export
    def fold_transposed(self, w: Tensor, b: Tensor, gamma: Tensor, beta: Tensor, mean: Tensor, variance: Tensor,
                        groups: Tensor, epsilon: Tensor) -> List[Tensor]:
        """fold, of a transposed convolution"""
        with torch.no_grad():
            factor = norm_factor(gamma, variance, epsilon)
            g = int(groups)
            grouped = w.double().reshape(g, w.size(0) // g, w.size(1), w.size(2), w.size(3))
            folded = (grouped * factor.reshape(g, 1, -1, 1, 1)).reshape(w.shape)
            bias = beta.double() + (b.double() - mean.double()) * factor
            return [folded.to(w.dtype), bias.to(w.dtype)]

    @torch.jit.export
    def conv_fused(self, x: Tensor, w: Tensor, b: Tensor, p: Tensor) -> Tensor:
        """p: as in convolved, then the activation"""
        numbers = ints(p)
        return activate_(convolved(x, w, b, numbers), numbers[6])

    @torch.jit.export
    def conv_fused_add(self, x: Tensor, w: Tensor, b: Tensor, p: Tensor, other: Tensor) -> Tensor:
        numbers = ints(p)
        return activate_(convolved(x, w, b, numbers).add_(other), numbers[6])

    @torch.jit.export
    def conv_transpose_fused(self, x: Tensor, w: Tensor, b: Tensor, p: Tensor) -> Tensor:
        """p: as in conv_transposed, then the activation"""
        numbers = ints(p)
        return activate_(conv_transposed(x, w, b, numbers), numbers[7])

    # The same in cuDNN's own operators, of which the bias and the activation are a part. They exist everywhere, so that
    # the file loads, but compute on CUDA alone.

    @torch.jit.export
    def cuda_conv_relu(self, x: Tensor, w: Tensor, b: Tensor, p: Tensor) -> Tensor:
        """max(W ∗ x + b, 0); p: as in convolved"""
        s, r, c, d, g, last = ints(p)
        if last != 0:
            x = to_channels_last(x)
        return torch.cudnn_convolution_relu(x, w, b, [s, s], [r, c], [d, d], g)

    @torch.jit.export
    def cuda_conv_add_relu(self, x: Tensor, w: Tensor, b: Tensor, p: Tensor, other: Tensor) -> Tensor:
        """max(W ∗ x + b + other, 0)"""
        s, r, c, d, g, last = ints(p)
        if last != 0:
            x, other = to_channels_last(x), to_channels_last(other)
        return torch.cudnn_convolution_add_relu(x, w, other, 1.0, b, [s, s], [r, c], [d, d], g)

    # A convolution and the batch norm behind it as they are, in one call.

    @torch.jit.export
    def conv_norm(self, x: Tensor, w: Tensor, mean: Tensor, variance: Tensor, gamma: Tensor, beta: Tensor, p: Tensor,
                  epsilon: Tensor) -> Tensor:
        """p: as in conv_fused"""
        return conv_norm_activated(x, w, None, mean, variance, gamma, beta, ints(p), float(epsilon))

    @torch.jit.export
    def conv_bias_norm(self, x: Tensor, w: Tensor, b: Tensor, mean: Tensor, variance: Tensor, gamma: Tensor,
                       beta: Tensor, p: Tensor, epsilon: Tensor) -> Tensor:
        return conv_norm_activated(x, w, b, mean, variance, gamma, beta, ints(p), float(epsilon))

    @torch.jit.export
    def norm_fused(self, x: Tensor, mean: Tensor, variance: Tensor, gamma: Tensor, beta: Tensor, epsilon: Tensor,
                   activation: Tensor) -> Tensor:
        """A batch norm that no convolution takes in."""
        return activate_(F.batch_norm(x, mean, variance, gamma, beta, False, 0.0, float(epsilon)), int(activation))

    @torch.jit.export
    def add_fused(self, x: Tensor, other: Tensor, activation: Tensor) -> Tensor:
        return activate_(x + other, int(activation))

    @torch.jit.export
    def cast(self, x: Tensor, bits: Tensor) -> Tensor:
        """A copy without a record for gradients"""
        return x.detach().to(dtype_of(int(bits)), copy=True)

    # Activations.

    @torch.jit.export
    def relu6(self, x: Tensor) -> Tensor:
        return F.relu6(x)

    @torch.jit.export
    def silu(self, x: Tensor) -> Tensor:
        return F.silu(x)

    @torch.jit.export
    def hardswish(self, x: Tensor) -> Tensor:
        return F.hardswish(x)

    @torch.jit.export
    def hardsigmoid(self, x: Tensor) -> Tensor:
        return F.hardsigmoid(x)

    @torch.jit.export
    def leaky_relu(self, x: Tensor, slope: Tensor) -> Tensor:
        return F.leaky_relu(x, float(slope))

    @torch.jit.export
    def prelu(self, x: Tensor, w: Tensor) -> Tensor:
        return F.prelu(x, w.to(x.dtype))

    @torch.jit.export
    def elu(self, x: Tensor, alpha: Tensor) -> Tensor:
        return F.elu(x, float(alpha))

    @torch.jit.export
    def gelu(self, x: Tensor) -> Tensor:
        return F.gelu(x)

    @torch.jit.export
    def softmax(self, x: Tensor, axis: Tensor) -> Tensor:
        return F.softmax(x, int(axis))

    # Pooling and resampling.

    @torch.jit.export
    def global_average(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C, 1, 1)"""
        if is_channels_last(x):  # so that the gradient lies as x does
            return x.permute(0, 2, 3, 1).mean([1, 2]).unsqueeze(-1).unsqueeze(-1)
        return x.mean([2, 3], True)

    @torch.jit.export
    def max_pool(self, x: Tensor, p: Tensor) -> Tensor:
        """p: kernel, stride, padding, ceil mode"""
        k, s, d, c = ints(p)
        return F.max_pool2d(x, k, s, d, 1, c != 0)

    @torch.jit.export
    def average_pool(self, x: Tensor, p: Tensor) -> Tensor:
        """p: kernel, stride, padding, ceil mode, whether zeros of the padding count"""
        k, s, d, c, z = ints(p)
        return F.avg_pool2d(x, k, s, d, c != 0, z != 0)

    @torch.jit.export
    def adaptive_average(self, x: Tensor, size: Tensor) -> Tensor:
        return F.adaptive_avg_pool2d(x, ints(size))

    @torch.jit.export
    def subsample_pad(self, x: Tensor, p: Tensor) -> Tensor:
        """Every stride-th pixel; zero channels put before and after. p: stride, before, after"""
        s, before, after = ints(p)
        # A pool of single pixels: unlike that of a slice, its gradient lies as x does.
        return F.pad(F.avg_pool2d(x, 1, s), [0, 0, 0, 0, before, after])

    @torch.jit.export
    def channel_shuffle(self, x: Tensor, groups: Tensor) -> Tensor:
        n, c, h, w = x.shape
        g = int(groups)
        if is_channels_last(x):
            pixels = x.permute(0, 2, 3, 1).reshape(n, h, w, g, c // g)
            return pixels.transpose(3, 4).reshape(n, h, w, c).permute(0, 3, 1, 2)
        return x.reshape(n, g, c // g, h, w).transpose(1, 2).reshape(n, c, h, w)

    @torch.jit.export
    def pad(self, x: Tensor, p: Tensor, value: Tensor) -> Tensor:
        """p: columns left, right, rows above, below"""
        return F.pad(x, ints(p), value=float(value))

    @torch.jit.export
    def reflection_pad(self, x: Tensor, p: Tensor) -> Tensor:
        return F.pad(x, ints(p), mode="reflect")

    @torch.jit.export
    def replication_pad(self, x: Tensor, p: Tensor) -> Tensor:
        return F.pad(x, ints(p), mode="replicate")

    @torch.jit.export
    def unfold(self, x: Tensor, p: Tensor) -> Tensor:
        """p: height and width of the window, stride, padding, dilation"""
        h, w, s, r, d = ints(p)
        return F.unfold(x, [h, w], d, r, s)

    @torch.jit.export
    def fold_columns(self, x: Tensor, p: Tensor) -> Tensor:
        """p: height and width of the image, then as in unfold"""
        height, width, h, w, s, r, d = ints(p)
        return F.fold(x, [height, width], [h, w], d, r, s)

    @torch.jit.export
    def upsample_nearest(self, x: Tensor, size: Tensor) -> Tensor:
        return F.interpolate(x, ints(size), mode="nearest")

    @torch.jit.export
    def upsample_bilinear(self, x: Tensor, p: Tensor) -> Tensor:
        """p: height, width, whether to align the corners"""
        h, w, aligned = ints(p)
        return F.interpolate(x, [h, w], mode="bilinear", align_corners=aligned != 0)

    @torch.jit.export
    def resize(self, x: Tensor, p: Tensor) -> Tensor:
        """p: height, width, whether bicubic"""
        h, w, c = ints(p)
        return F.interpolate(x, [h, w], mode="bicubic" if c != 0 else "bilinear", align_corners=False, antialias=True)

    @torch.jit.export
    def weighted_sum(self, x: Tensor, weights: Tensor, branches: Tensor) -> Tensor:
        """(N, branches · C, H, W) -> (N, C, H, W); weights: (N, branches · C, 1, 1)"""
        n = int(branches)
        parts = x.chunk(n, 1)
        shares = weights.chunk(n, 1)
        y = parts[0] * shares[0]
        for i in range(1, n):
            y = torch.addcmul(y, parts[i], shares[i])
        return y

    # Normalisation, in single precision at least.

    @torch.jit.export
    def group_norm(self, x: Tensor, p: Tensor) -> Tensor:
        """p: groups, epsilon"""
        y = for_groups(in_single(x), int(p[0]))
        return F.group_norm(y, int(p[0]), None, None, float(p[1])).to(x.dtype)

    @torch.jit.export
    def group_norm_affine(self, x: Tensor, w: Tensor, b: Tensor, p: Tensor) -> Tensor:
        y = for_groups(in_single(x), int(p[0]))
        return F.group_norm(y, int(p[0]), w.to(y.dtype), b.to(y.dtype), float(p[1])).to(x.dtype)

    @torch.jit.export
    def layer_norm(self, x: Tensor, w: Tensor, b: Tensor, epsilon: Tensor) -> Tensor:
        """Over the last axes, those of w"""
        y = in_single(x)
        return F.layer_norm(y, w.shape, w.to(y.dtype), b.to(y.dtype), float(epsilon)).to(x.dtype)

    @torch.jit.export
    def layer_norm_2d(self, x: Tensor, w: Tensor, b: Tensor, epsilon: Tensor) -> Tensor:
        """Over the channels of each pixel"""
        return self.layer_norm(x.permute(0, 2, 3, 1), w, b, epsilon).permute(0, 3, 1, 2)

    @torch.jit.export
    def spectral_norm(self, w: Tensor, u: Tensor, v: Tensor, p: Tensor) -> Tensor:
        """The weights over their largest singular value, uᵀ W v. p: which axis of w has the outputs, how many power
        iterations move u and v beforehand"""
        axis, iterations = ints(p)
        matrix = in_single(w).transpose(0, axis).flatten(1)
        with torch.no_grad():
            for i in range(iterations):
                v.copy_(F.normalize(torch.mv(matrix.t(), u.to(matrix.dtype)), dim=0, eps=1e-12))
                u.copy_(F.normalize(torch.mv(matrix, v.to(matrix.dtype)), dim=0, eps=1e-12))
        # Copies, for the next pass moves u and v while a record may still need them; of length 1, which averages of u
        # and v over a training are not.
        left, right = F.normalize(u.to(matrix.dtype), dim=0), F.normalize(v.to(matrix.dtype), dim=0)
        return w / torch.dot(left, torch.mv(matrix, right)).to(w.dtype)

    # Elements.

    @torch.jit.export
    def scale(self, x: Tensor, factor: Tensor) -> Tensor:
        return x * float(factor)

    @torch.jit.export
    def dropout(self, x: Tensor, rate: Tensor) -> Tensor:
        return F.dropout(x, float(rate), True)

    @torch.jit.export
    def stochastic_depth(self, x: Tensor, rate: Tensor) -> Tensor:
        """dropout, of whole images"""
        ones = torch.ones([x.size(0)] + [1] * (x.dim() - 1), dtype=x.dtype, device=x.device)
        return x * F.dropout(ones, float(rate), True)

    @torch.jit.export
    def local_response_norm(self, x: Tensor, p: Tensor) -> Tensor:
        """p: channels, alpha, beta, k; in single precision at least, as CPUs have no other and squares overflow"""
        y = in_single(x)
        return F.local_response_norm(y, int(p[0]), float(p[1]), float(p[2]), float(p[3])).to(x.dtype)

    @torch.jit.export
    def convert(self, x: Tensor, bits: Tensor) -> Tensor:
        """x itself if it has the precision"""
        return x.to(dtype_of(int(bits)))

    # Gradients.

    @torch.jit.export
    def gradients(self, y: Tensor, p: List[Tensor]) -> List[Tensor]:
        """Of a scalar, by each of p; laid out in memory as p, which the fused optimisers take for granted."""
        found = torch.autograd.grad([y], p, allow_unused=True)
        gradients: List[Tensor] = []
        for i in range(len(p)):
            g = found[i]
            if g is None:
                gradients.append(torch.zeros_like(p[i]))
            elif is_channels_last(p[i]):
                gradients.append(g.contiguous(memory_format=torch.channels_last))
            else:
                gradients.append(g.contiguous())
        return gradients

    @torch.jit.export
    def differentiable_gradients(self, y: Tensor, p: List[Tensor]) -> List[Tensor]:
        """gradients, recorded themselves, as they come; y keeps its record."""
        found = torch.autograd.grad([y], p, create_graph=True, allow_unused=True)
        gradients: List[Tensor] = []
        for i in range(len(p)):
            g = found[i]
            gradients.append(torch.zeros_like(p[i]) if g is None else g)
        return gradients

    @torch.jit.export
    def same(self, x: Tensor) -> Tensor:
        return x

    # Memory.

    @torch.jit.export
    def zeros_like(self, x: Tensor) -> Tensor:
        """Laid out in memory as x. (DJL's own asks for rows.)"""
        return torch.zeros_like(x.detach())

    @torch.jit.export
    def channels_last_(self, x: Tensor) -> None:
        """Gives x new memory, in which its channels lie last."""
        with torch.no_grad():
            # As Module.to does it. contiguous() would return a 1×1 kernel as it is, since it lies as it should, with
            # strides that may mean either layout; convolutions of single pixels choose their algorithm by them.
            x.set_(x.to(x.dtype, memory_format=torch.channels_last))

    @torch.jit.export
    def copy_(self, source: Tensor, target: Tensor) -> None:
        with torch.no_grad():
            target.copy_(source)

    # Lists of arrays: one call for all parameters.

    @torch.jit.export
    def copy_all_(self, sources: List[Tensor], targets: List[Tensor]) -> None:
        with torch.no_grad():
            torch._foreach_copy_(targets, sources)

    @torch.jit.export
    def lerp_all_(self, targets: List[Tensor], towards: List[Tensor], share: float) -> None:
        with torch.no_grad():
            torch._foreach_lerp_(targets, towards, share)

    @torch.jit.export
    def add_all_(self, sources: List[Tensor], targets: List[Tensor]) -> None:
        """Adds the sources to the targets, on their devices."""
        with torch.no_grad():
            torch._foreach_add_(targets, [s.to(t.device) for s, t in zip(sources, targets)])

    @torch.jit.export
    def zero_all_(self, x: List[Tensor]) -> None:
        with torch.no_grad():
            torch._foreach_zero_(x)

    @torch.jit.export
    def clip_norm_(self, g: List[Tensor], most: float) -> None:
        """torch.nn.utils.clip_grad_norm_; the host waits for nothing."""
        with torch.no_grad():
            norm = torch.linalg.vector_norm(torch.stack(torch._foreach_norm(g, 2)))
            torch._foreach_mul_(g, torch.clamp(most / (norm + 1e-6), max=1.0))

    @torch.jit.export
    def unscale_(self, g: List[Tensor], scale: float) -> bool:
        """Divides by the scale of the loss; whether all are finite. The host waits for the answer."""
        with torch.no_grad():
            infinite = torch.zeros(1, device=g[0].device)
            inverse = torch.full([1], 1.0 / scale, device=g[0].device)
            torch._amp_foreach_non_finite_check_and_unscale_(g, infinite, inverse)
            return float(infinite) == 0.0

    # Losses.

    @torch.jit.export
    def cross_entropy(self, logits: Tensor, labels: Tensor, smoothing: Tensor) -> Tensor:
        return F.cross_entropy(logits, labels, label_smoothing=float(smoothing))

    # Masks of classes (convnets.torch.MaskOps). From a method's second call on, TorchScript may differentiate what it
    # computes with other roundings than autograd does at the first, as it did with Dice in one method: a training that
    # is resumed would not be exact. So these are short, and Java calls one after the other.

    @torch.jit.export
    def pixel_weights(self, weights: Tensor, truth: Tensor) -> List[Tensor]:
        """(N · H · W): the weight of each pixel's class, 0 where it is not known; and their sum, above 0"""
        known = truth.reshape(-1) != 255
        w = weights.index_select(0, truth.reshape(-1) * known) * known
        return [w, w.sum().clamp(min=1e-12)]

    @torch.jit.export
    def pixel_cross_entropy(self, logits: Tensor, truth: Tensor, weights: Tensor, total: Tensor) -> Tensor:
        """Σ w · −log p over the known pixels, over the total"""
        rows = logits.permute(0, 2, 3, 1).reshape(-1, logits.size(1))
        return F.cross_entropy(rows, truth.reshape(-1), weight=weights, ignore_index=255, reduction="sum") / total

    @torch.jit.export
    def pixel_likelihood(self, logits: Tensor, truth: Tensor) -> Tensor:
        """(N · H · W): log p of each pixel's class, of some class where it is not known"""
        classes = truth.reshape(-1, 1)
        rows = logits.permute(0, 2, 3, 1).reshape(-1, logits.size(1))
        return F.log_softmax(rows, 1).gather(1, classes * (classes != 255)).squeeze(1)

    @torch.jit.export
    def pixel_focus(self, likelihood: Tensor, gamma: Tensor) -> Tensor:
        """(1 − p)^γ, which may have no slope at 0"""
        return (-torch.expm1(likelihood)).clamp(min=1e-12).pow(float(gamma))

    @torch.jit.export
    def pixel_mean(self, a: Tensor, b: Tensor, weights: Tensor, total: Tensor) -> Tensor:
        """Σ w a b over the total"""
        return (a * b * weights).sum() / total

    @torch.jit.export
    def pixel_truth(self, truth: Tensor, classes: Tensor) -> List[Tensor]:
        """What Dice compares with: (N · H · W, C), 1 where the class is; (N · H · W, 1), 1 where it is known; (C), how
        many pixels, but 1 of a class that is not there; (C), 2 over how many classes are there, 0 of those that are
        not; 1 if any is there"""
        flat = truth.reshape(-1)
        known = flat != 255
        here = F.one_hot(flat * known, int(classes)).float() * known.unsqueeze(1)
        pixels = here.sum(0)
        there = (pixels > 0).float()
        return [here, known.unsqueeze(1).float(), pixels + (1 - there), 2 * there / there.sum().clamp(min=1.0),
                there.max()]

    @torch.jit.export
    def pixel_counts(self, predicted: Tensor, truth: Tensor, p: Tensor) -> Tensor:
        """(C² + 2): how many pixels of class i were taken for class j, by rows; how many at edges were right, and how
        many there are. predicted: (N, H, W); p: classes, distance to an edge"""
        n, distance = ints(p)
        known = truth != 255
        places = torch.where(known, truth * n + predicted, torch.full_like(truth, n * n)).reshape(-1)
        table = torch.zeros(n * n + 1, dtype=torch.long, device=truth.device)
        table.scatter_add_(0, places, torch.ones_like(places))
        edges = pixel_edges(truth, distance)
        right = (edges & (predicted == truth)).sum()
        return torch.cat([table[:n * n], torch.stack([right, edges.sum()])])

    @torch.jit.export
    def pixel_edges(self, truth: Tensor, distance: Tensor) -> Tensor:
        return pixel_edges(truth, int(distance))

    @torch.jit.export
    def highest_class(self, truth: Tensor) -> Tensor:
        """-1 where none is known"""
        return torch.where(truth != 255, truth, torch.full_like(truth, -1)).max()

    # Optimisers: all parameters in one call.

    @torch.jit.export
    def sgd_(self, p: List[Tensor], g: List[Tensor], m: List[Tensor],
             lr: float, momentum: float, decay: float, nesterov: bool) -> None:
        with torch.no_grad():
            torch._fused_sgd_(p, g, m, weight_decay=decay, momentum=momentum, lr=lr, dampening=0.0,
                              nesterov=nesterov, maximize=False, is_first_step=False)

    @torch.jit.export
    def adamw_(self, p: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], t: List[Tensor],
               lr: float, beta1: float, beta2: float, decay: float, eps: float) -> None:
        with torch.no_grad():
            torch._foreach_add_(t, 1)
            torch._fused_adamw_(p, g, m, v, [], t, lr=lr, beta1=beta1, beta2=beta2, weight_decay=decay,
                                eps=eps, amsgrad=False, maximize=False)

    # Batches of images (convnets.torch.ImageOps).

    @torch.jit.export
    def select(self, x: Tensor, index: Tensor) -> Tensor:
        return x.index_select(0, beside(index, x))

    @torch.jit.export
    def on_device_of(self, x: Tensor, t: Tensor) -> Tensor:
        """t on the device of x"""
        return beside(t, x)

    @torch.jit.export
    def bytes_to_floats(self, x: Tensor) -> Tensor:
        return byte_shares(x.float())

    @torch.jit.export
    def windows(self, x: Tensor, first: Tensor, mirrored: Tensor, p: Tensor) -> Tensor:
        """One window of the original size from each padded image. first: where it begins, counted in pixels of the
        padded batch; mirrored: images to mirror; p: padding"""
        n, c, h, w = x.shape
        pad = ints(p)[0]
        if pad > 0:
            x = F.pad(x, [pad, pad, pad, pad])
            height, width = h + 2 * pad, w + 2 * pad
            # Windows at every pixel, as a view: those that are picked are copied row by row, and nothing else is.
            places = x.numel() - ((c - 1) * height + h - 1) * width - w + 1
            x = x.as_strided([places, c, h, w], [1, height * width, width, 1]).index_select(0, beside(first, x))
        else:
            x = x.clone()
        if mirrored.numel() > 0:
            places_here = beside(mirrored, x)
            x.index_copy_(0, places_here, x.index_select(0, places_here).flip(3))
        return x

    @torch.jit.export
    def affine(self, x: Tensor, matrices: Tensor) -> Tensor:
        """Each pixel from the one nearest to its origin, 0 if that is outside. matrices: (N, 2, 3), from (column, row, 1)
        to (column, row), both counted from the centre"""
        n, c, h, w = x.shape
        base = torch.ones(h, w, 3, device=x.device)
        base[:, :, 0] = torch.linspace((1.0 - w) * 0.5, (w - 1.0) * 0.5, w, device=x.device)
        base[:, :, 1] = torch.linspace((1.0 - h) * 0.5, (h - 1.0) * 0.5, h, device=x.device).unsqueeze(1)
        unit = beside(torch.tensor([0.5 * w, 0.5 * h]), x)
        grid = base.view(1, h * w, 3).expand(n, h * w, 3).bmm(beside(matrices, x).transpose(1, 2) / unit)
        return F.grid_sample(x, grid.view(n, h, w, 2), "nearest", "zeros", False)

    @torch.jit.export
    def zoom(self, x: Tensor, views: Tensor) -> Tensor:
        v = beside(views, x)
        rows = view_shares(v[:, 1], v[:, 3], x.size(2)).unsqueeze(1)
        columns = view_shares(v[:, 0], v[:, 2], x.size(3)).unsqueeze(1)
        return torch.matmul(torch.matmul(rows, x), columns.transpose(2, 3))

    @torch.jit.export
    def zoom_nearest(self, x: Tensor, views: Tensor) -> Tensor:
        """As zoom, of any type: each pixel is that of the image in which its centre is"""
        n, c, h, w = x.shape
        v = beside(views, x)
        rows = view_centres(v[:, 1], v[:, 3], h).floor().long().view(n, 1, h, 1)
        columns = view_centres(v[:, 0], v[:, 2], w).floor().long().view(n, 1, 1, w)
        outside = (rows < 0) | (rows >= h) | (columns < 0) | (columns >= w)
        picked = x.gather(2, rows.clamp(0, h - 1).expand(n, c, h, w))
        return picked.gather(3, columns.clamp(0, w - 1).expand(n, c, h, w)).masked_fill(outside, 0)

    @torch.jit.export
    def move_boxes(self, boxes: Tensor, matrices: Tensor, p: Tensor, least: Tensor) -> Tensor:
        """The hulls of the moved boxes, clipped. matrices: (N, 2, 3), from (x, y, 1) to (x, y); p: height and width"""
        m = beside(matrices, boxes).unsqueeze(1)
        ends = [m[:, :, :, 0:2] * boxes[:, :, i:i + 2].unsqueeze(2) for i in (1, 3)]
        first = torch.minimum(ends[0], ends[1]).sum(3) + m[:, :, :, 2]
        last = torch.maximum(ends[0], ends[1]).sum(3) + m[:, :, :, 2]
        h, w = ints(p)
        edge = torch.tensor([float(w), float(h)], device=boxes.device)
        seen_first = torch.minimum(first.clamp(min=0.0), edge)
        seen_last = torch.minimum(last.clamp(min=0.0), edge)
        seen, area = (seen_last - seen_first).prod(2), (last - first).prod(2)
        return seen_boxes(boxes, seen_first, seen_last, seen, area, least)

    @torch.jit.export
    def cover_boxes(self, boxes: Tensor, rectangles: Tensor, least: Tensor) -> Tensor:
        """The hulls of what rectangles leave of boxes. rectangles: (N, 4), left, top, right and bottom edge"""
        r = beside(rectangles, boxes).unsqueeze(1)
        first, last = boxes[:, :, 1:3], boxes[:, :, 3:5]
        hidden_first, hidden_last = torch.maximum(r[:, :, 0:2], first), torch.minimum(r[:, :, 2:4], last)
        area = (last - first).prod(2)
        seen = area - (hidden_last - hidden_first).clamp(min=0.0).prod(2)
        # An edge moves where the rectangle covers all of it: where it spans the box along the other axis.
        spans = ((hidden_first <= first) & (hidden_last >= last)).flip(2)
        seen_first = torch.where(spans & (hidden_first <= first), torch.maximum(hidden_last, first), first)
        seen_last = torch.where(spans & (hidden_last >= last), torch.minimum(hidden_first, last), last)
        return seen_boxes(boxes, seen_first, seen_last, seen, area, least)

    @torch.jit.export
    def brightness(self, x: Tensor, factor: Tensor) -> Tensor:
        return (x * beside(factor, x)).clamp_(0.0, 1.0)

    @torch.jit.export
    def saturation(self, x: Tensor, factor: Tensor) -> Tensor:
        return blend(x, grey(x), factor)

    @torch.jit.export
    def contrast(self, x: Tensor, factor: Tensor) -> Tensor:
        return blend(x, grey(x).mean([1, 2, 3], True), factor)

    @torch.jit.export
    def sharpness(self, x: Tensor, factor: Tensor) -> Tensor:
        """The pixels of the border keep their values"""
        n, c, h, w = x.shape
        if h < 3 or w < 3:
            return x.clone()
        kernel = torch.ones(1, 1, 3, 3, device=x.device)
        kernel[0, 0, 1, 1] = 5.0
        smooth = x.clone()
        smooth[:, :, 1:-1, 1:-1] = F.conv2d(x.reshape(n * c, 1, h, w), kernel / 13.0).view(n, c, h - 2, w - 2)
        return blend(x, smooth, factor)

    @torch.jit.export
    def posterize(self, x: Tensor, step: Tensor) -> Tensor:
        """Bytes rounded down to a multiple of step"""
        steps = beside(step, x)
        return byte_shares((x * 255).round_().div_(steps).floor_().mul_(steps))

    @torch.jit.export
    def solarize(self, x: Tensor, threshold: Tensor) -> Tensor:
        return torch.where(x >= beside(threshold, x), 1 - x, x)

    @torch.jit.export
    def autocontrast(self, x: Tensor) -> Tensor:
        low, high = x.amin([2, 3], True), x.amax([2, 3], True)
        flat = low == high
        low = low.masked_fill(flat, 0.0)
        return ((x - low) / (high - low).masked_fill_(flat, 1.0)).clamp_(0.0, 1.0)

    @torch.jit.export
    def equalize(self, x: Tensor) -> Tensor:
        """As Pillow does it, on bytes, channel by channel"""
        n, c, h, w = x.shape
        values = (x * 255).round_().long().view(n, c, h * w)
        histogram = torch.zeros(n, c, 256, dtype=torch.long, device=x.device)
        histogram.scatter_add_(2, values, torch.ones_like(values))
        last = histogram.gather(2, values.amax(2, True))
        step = (h * w - last) // 255
        below = histogram.cumsum(2) - histogram
        table = ((below + step // 2) // step.clamp(min=1)).clamp_(0, 255)
        equal = byte_shares(table.gather(2, values).float()).view(n, c, h, w)
        return torch.where((step == 0).unsqueeze(3), x, equal)

    @torch.jit.export
    def mixup(self, x: Tensor, partners: Tensor, share: Tensor) -> Tensor:
        """share: of x itself"""
        return torch.lerp(x.index_select(0, beside(partners, x)), x, float(share))

    @torch.jit.export
    def paste(self, x: Tensor, partners: Tensor, box: Tensor) -> Tensor:
        """box of the partners: first row, first column, the row and the column behind it"""
        top, left, bottom, right = ints(box)
        pasted = x.clone()
        pasted[:, :, top:bottom, left:right] = x[:, :, top:bottom, left:right].index_select(0, beside(partners, x))
        return pasted

    @torch.jit.export
    def one_hot(self, labels: Tensor, p: Tensor) -> Tensor:
        return F.one_hot(labels, ints(p)[0]).float()


    # Pooling in dilated networks.

    @torch.jit.export
    def dilated_max_pool(self, x: Tensor, p: Tensor) -> Tensor:
        """p: kernel, stride, dilation, pixels before the image, below and on the right of it"""
        k, s, d, before, below, right = ints(p)
        return F.max_pool2d(F.pad(x, [before, right, before, below], "constant", float("-inf")), k, s, 0, d)

    @torch.jit.export
    def dilated_average_pool(self, x: Tensor, p: Tensor) -> Tensor:
        """p: kernel, stride, dilation, pixels before the image, below and on the right of it, zeros that count"""
        k, s, d, before, below, right, zeros = ints(p)
        around = [before, right, before, below]
        counting = [before - zeros, right - zeros, before - zeros, below - zeros]
        taps = torch.ones([1, 1, k, k], dtype=x.dtype, device=x.device)
        seen = torch.ones([1, 1, x.size(2) + 2 * zeros, x.size(3) + 2 * zeros], dtype=x.dtype, device=x.device)
        counts = F.conv2d(F.pad(seen, counting), taps, None, [s, s], [0, 0], [d, d])
        sums = F.conv2d(F.pad(x, around), taps.expand(x.size(1), 1, k, k), None, [s, s], [0, 0], [d, d], x.size(1))
        return sums / counts


if __name__ == "__main__":
    archive.save(TorchOps(), "torch_ops", __file__, common.__file__)
