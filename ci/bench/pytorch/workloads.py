"""What PyTorch is asked to do. Each workload is made ready by its function, and then runs so many times."""

import time
from collections.abc import Callable
from types import SimpleNamespace

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ci.bench.pytorch.networks import network

Workload = Callable[[int], float]
"""Does the work so many times and returns the seconds it took."""


def workload(setting: SimpleNamespace) -> Workload:
    """Makes work ready; `convnets.cli.Workload.Setting` explains the setting."""
    if setting.workload == "train":
        return timed(training_step(setting))
    if setting.workload == "inference":
        return timed(inference_pass(setting))
    if setting.workload == "epoch":
        from ci.bench.pytorch.epoch import epochs

        return epochs(setting.images, setting.batch)
    if setting.workload == "operator":
        from ci.bench.pytorch.operators import OPERATORS

        return OPERATORS[setting.model]()
    raise ValueError(f"no workload {setting.workload}")


def timed(work: Callable[[], object]) -> Workload:
    def run(times: int) -> float:
        start = time.perf_counter()
        for _ in range(times):
            work()
        if torch.get_default_device().type == "cuda":
            torch.cuda.synchronize()
        return time.perf_counter() - start

    return run


def images(setting: SimpleNamespace) -> Tensor:
    return torch.rand(setting.batch, 3, setting.size, setting.size)


def training_step(setting: SimpleNamespace) -> Callable[[], None]:
    mixed = setting.form == "bf16"
    layout = torch.channels_last if mixed else torch.contiguous_format
    net = network(setting.model).train().to(memory_format=layout)
    x = images(setting).to(memory_format=layout)
    with torch.no_grad():
        classes = net(x[:2]).shape[1]
    y = torch.randint(classes, (setting.batch,))
    optimizer = torch.optim.SGD(net.parameters(), lr=1e-3, momentum=0.9, weight_decay=5e-4)

    def step() -> None:
        optimizer.zero_grad()
        with torch.autocast(x.device.type, torch.bfloat16, enabled=mixed):
            loss = F.cross_entropy(net(x), y)
        loss.backward()
        optimizer.step()

    return step


def inference_pass(setting: SimpleNamespace) -> Callable[[], Tensor]:
    net: nn.Module = network(setting.model).eval()
    x = images(setting)
    if setting.form == "bf16":
        net = net.to(torch.bfloat16, memory_format=torch.channels_last)
        x = x.to(torch.bfloat16, memory_format=torch.channels_last)
    if setting.form == "jit":
        with torch.no_grad():
            net = torch.jit.optimize_for_inference(torch.jit.freeze(torch.jit.trace(net, x)))

    @torch.inference_mode()
    def forward() -> Tensor:
        return net(x)

    return forward
