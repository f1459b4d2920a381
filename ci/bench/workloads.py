"""What is measured, by name, and on which sizes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ci.bench import start
from ci.bench.bench import Bench
from ci.bench.memory import Memory
from ci.bench.report import Row
from ci.bench.speed import images_per_second, milliseconds
from ci.bench.worker import Setting


@dataclass(frozen=True)
class Network:
    """A network, on images that are small enough for two cores."""

    name: str
    size: int
    batch: int
    """Such that a training step takes PyTorch up to half a second on two cores, and no array is above 32 MiB: the C
    library has such arrays from the system anew each time, which makes PyTorch (without our settings) several times
    slower, and would tell more of that than of the networks."""


NETWORKS = (
    Network("resnet20", 32, 128),
    Network("resnet50", 128, 8),
    Network("resnext50_32x4d", 128, 8),
    Network("resnest50", 128, 6),
    Network("densenet121", 128, 8),
    Network("mobilenet_v2", 128, 16),
    Network("mobilenet_v3_large", 128, 16),
    Network("shufflenet_v2_x1_0", 128, 64),
    Network("efficientnet_b0", 128, 16),
)

GPU_NETWORKS = (
    Network("resnet20", 32, 128),
    Network("resnet18", 64, 128),
    Network("resnet50", 224, 64),
    Network("mobilenet_v2", 224, 64),
    Network("shufflenet_v2_x1_0", 224, 128),
    Network("densenet121", 224, 32),
)
"""On images and in batches that a large GPU is used with."""

FORMS = {
    "plain": ("plain", "eager"),
    "inference": ("prepared", "eager"),
    "jit": ("prepared", "jit"),
    "bf16": ("bf16", "eager"),
}
"""Of networks in inference, ours and PyTorch's, by workload."""

GPU_FORMS = {"plain": ("plain", "eager"), "inference": ("prepared", "eager"), "bf16": ("bf16", "bf16")}
"""The same on a GPU, where PyTorch's own bfloat16, with channels last, is what bfloat16 is compared with."""

OPERATORS = ("optimiser_step", "channel_shuffle", "local_response_norm", "smoothed_cross_entropy", "nms", "box_iou")
"""Each is a case of `convnets.cli.OperatorWorkload` and of `ci.bench.pytorch.operators`."""

EPOCH_BATCH = 128

NAMES = ("train", *FORMS, "epoch", "operators", "start", "memory")
"""Of all workloads, in the order in which they are run."""

GPU_NAMES = ("train", "mixed", *GPU_FORMS)
"""Of those that a GPU is measured with. `mixed` is training in mixed precision, in bfloat16, beside PyTorch's `autocast`
with channels last."""


@dataclass(frozen=True)
class Case:
    """One measurement; it gives a row or two."""

    workload: str
    model: str
    measurement: Callable[[str, str, Bench], Iterator[Row]]

    @property
    def name(self) -> str:
        """What chooses it on the command line: the model without what is said about it."""
        return self.model.replace(",", " ").split()[0]

    def measure(self, bench: Bench) -> list[Row]:
        return list(self.measurement(self.workload, self.model, bench))


def cases(workload: str, images: int, device: str = "cpu") -> Iterator[Case]:
    """All cases of a workload; `images` are in an epoch."""
    networks, forms = (GPU_NETWORKS, GPU_FORMS) if device == "gpu" else (NETWORKS, FORMS)
    if workload in ("train", "mixed"):
        for net in networks:
            setting = Setting("train", net.name, net.batch, net.size, "bf16" if workload == "mixed" else "")
            yield Case(workload, net.name, images_per_second(net.batch, setting, setting).measure)
    elif workload in forms:
        for net in networks:
            ours, reference = (Setting("inference", net.name, net.batch, net.size, form) for form in forms[workload])
            yield Case(workload, net.name, images_per_second(net.batch, ours, reference).measure)
    elif workload == "epoch":
        setting = Setting("epoch", batch=EPOCH_BATCH, images=images)
        yield Case(workload, f"resnet20, {images:,} images", images_per_second(images, setting, setting).measure)
    elif workload == "operators":
        for name in OPERATORS:
            yield Case(workload, name, milliseconds(Setting("operator", name)).measure)
    elif workload == "start":
        yield Case(workload, "kernel to first plot", start.measure)
    elif workload == "memory":
        for setting in (Setting("train", "resnet50", 8, 128), Setting("inference", "resnet50", 8, 128, "plain")):
            yield Case(workload, f"resnet50 {setting.workload}", Memory(setting).measure)

