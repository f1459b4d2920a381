"""Single operators, by the names of `convnets.cli.OperatorWorkload`."""

import time
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torchvision import models, ops
from torchvision.models.shufflenetv2 import channel_shuffle as shuffle

from ci.bench.pytorch.workloads import Workload, timed


def optimiser_step() -> Workload:
    """SGD with momentum on the parameters of ResNet-50; making gradients is not counted."""
    net = models.resnet50()
    optimizer = torch.optim.SGD(net.parameters(), lr=1e-3, momentum=0.9, weight_decay=5e-4)

    def run(times: int) -> float:
        seconds = 0.0
        for _ in range(times):
            sum(parameter.sum() for parameter in net.parameters()).backward()
            start = time.perf_counter()
            optimizer.step()
            optimizer.zero_grad()
            seconds += time.perf_counter() - start
        return seconds

    return run


def channel_shuffle() -> Workload:
    x = torch.randn(64, 116, 16, 16)
    return timed(torch.inference_mode()(lambda: shuffle(x, 2)))


def local_response_norm() -> Workload:
    x = torch.randn(32, 96, 27, 27)
    norm = nn.LocalResponseNorm(5, 5e-4, 0.75, 2)
    return timed(torch.inference_mode()(lambda: norm(x)))


def smoothed_cross_entropy() -> Workload:
    logits = torch.randn(1024, 1000)
    labels = torch.randint(1000, (1024,))
    return timed(torch.inference_mode()(lambda: F.cross_entropy(logits, labels, label_smoothing=0.1)))


def sequence(count: int, step: float) -> Tensor:
    """Numbers from 0 to 1 that fill the interval evenly, in no order to speak of."""
    return (torch.arange(count, dtype=torch.double) * step % 1).float()


def boxes(count: int) -> Tensor:
    """Boxes of sides from 20 to 120 in an image of 1000 × 1000, the same on both sides."""
    x, y, width, height = (sequence(count, step) for step in (0.8191725134, 0.6710436067, 0.5497004779, 0.4502995221))
    centers = torch.stack([1000 * x, 1000 * y, 20 + 100 * width, 20 + 100 * height], 1)
    return ops.box_convert(centers, "cxcywh", "xyxy")


def nms() -> Workload:
    x, scores = boxes(10_000), sequence(10_000, 0.5698402910)
    return timed(torch.inference_mode()(lambda: ops.nms(x, scores, 0.5)))


def box_iou() -> Workload:
    x, others = boxes(10_000), boxes(100)
    return timed(torch.inference_mode()(lambda: ops.box_iou(x, others)))


OPERATORS: dict[str, Callable[[], Workload]] = {
    each.__name__: each for each in (
        optimiser_step, channel_shuffle, local_response_norm, smoothed_cross_entropy, nms, box_iou
    )
}
