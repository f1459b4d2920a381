"""Epochs of Fashion-MNIST by the ordinary script: a data set of pictures, torchvision's transforms, a DataLoader."""

import gzip
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms

from ci.bench.pytorch.networks import ResNet20
from ci.bench.pytorch.workloads import Workload
from ci.paths import ROOT

FOLDER = ROOT / "data" / "fashion-mnist"

NUMBERS_OF_WORKERS = (0, 1, 2)
"""For loading; the fastest is taken."""

TRIAL_BATCHES = 20
"""To find out which."""


class FashionMnist(Dataset):
    """The first images of the training set, as torchvision's class of this name gives them out."""

    def __init__(self, count: int):
        self.pixels = read_idx(FOLDER / "train-images-idx3-ubyte.gz", 16).reshape(-1, 28, 28)[:count]
        self.labels = read_idx(FOLDER / "train-labels-idx1-ubyte.gz", 8)[:count]
        self.transform = transforms.Compose(
            [
                transforms.RandomCrop(28, padding=2),
                transforms.RandomHorizontalFlip(),
                transforms.ToTensor(),
                transforms.Normalize((0.2860,), (0.3530,)),
            ]
        )

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        return self.transform(Image.fromarray(self.pixels[index])), int(self.labels[index])


def read_idx(file: Path, header: int) -> np.ndarray:
    """The bytes behind the header of a gzipped IDX file."""
    return np.frombuffer(gzip.decompress(file.read_bytes()), np.uint8, offset=header)


def epochs(images: int, batch: int) -> Workload:
    data = FashionMnist(images)
    net = ResNet20(channels=1, stem_stride=2)
    loader = fastest_loader(net, data, batch)
    return lambda count: train(net, loader, count)


def fastest_loader(net: nn.Module, data: FashionMnist, batch: int) -> DataLoader:
    part = torch.utils.data.Subset(data, range(min(len(data), TRIAL_BATCHES * batch)))
    seconds = {}
    for workers in NUMBERS_OF_WORKERS:
        trial = loader_of(part, batch, workers)
        train(net, trial, 1)  # starts the workers
        seconds[workers] = train(net, trial, 1)
    return loader_of(data, batch, min(seconds, key=seconds.get))


def loader_of(data: Dataset, batch: int, workers: int) -> DataLoader:
    return DataLoader(data, batch, shuffle=True, num_workers=workers, persistent_workers=workers > 0)


def train(net: nn.Module, loader: DataLoader, count: int) -> float:
    """So many epochs; returns the seconds they took."""
    start = time.perf_counter()
    net.train()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9, nesterov=True, weight_decay=5e-4)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, 0.05, epochs=count, steps_per_epoch=len(loader), pct_start=0.25
    )
    for _ in range(count):
        for x, y in loader:
            optimizer.zero_grad()
            F.cross_entropy(net(x), y).backward()
            optimizer.step()
            schedule.step()
    return time.perf_counter() - start
