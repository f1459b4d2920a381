#!/usr/bin/env python3
"""Writes small checkpoints in every form that PyTorch has, as test fixtures, into weights/.

    python torch_checkpoints.py     (needs torch 2.7.1 and safetensors 0.8, only to rebuild)

All hold the same network and the same numbers, which are exact in half precision and bfloat16: number i of the
tensor called NAME is
    ((7 i + sum(bytes of NAME)) mod 32) / 8 - 2        and for a running variance its magnitude + 1/2.
TinyNet.java has the network and the formula once more. weights/logits.tsv is what the network makes of an image whose
numbers are those of a tensor called "input".
"""

import argparse
import collections
import datetime
import decimal
import enum
import io
import pickle
import struct
import uuid
import zipfile
from pathlib import Path, PurePosixPath

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn

HERE = Path(__file__).parent / "weights"


class TinyNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 4, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(4)
        self.conv2 = nn.Conv2d(4, 6, 3, padding=1, groups=2)
        self.fc1 = nn.Linear(6, 5)

    def forward(self, x):
        x = self.conv2(self.bn1(self.conv1(x)).relu())
        return self.fc1(x.mean((2, 3)))


class Phase(enum.Enum):
    LAST = "last"


class Meter:
    """What training scripts write themselves, and pickle along."""

    def __init__(self):
        self.values = [0.5, torch.ones(2)]


class Options(dict):
    pass


def foreign() -> dict:
    """What training scripts save beside tensors, none of which is a tensor."""
    return dict(
        best=np.float64(0.75),
        top=np.int64(7),
        history=np.arange(6.0).reshape(2, 3),
        random=np.random.RandomState(1).get_state(),
        path=PurePosixPath("/data/imagenet"),
        day=datetime.date(2024, 2, 29),
        moment=datetime.datetime(2024, 2, 29, 12, 30, tzinfo=datetime.timezone.utc),
        took=datetime.timedelta(hours=3),
        money=decimal.Decimal("1.5"),
        run=uuid.UUID(int=7),
        phase=Phase.LAST,
        meter=Meter(),
        options=Options(lr=0.1),
        names={"a", "b"},
        fixed=frozenset({1, 2}),
        counts=collections.Counter("aab"),
        defaults=collections.defaultdict(list, a=[1]),
        text=b"bytes",
        memory=bytearray(b"bytes"),
        device=torch.device("cpu"),
        dtype=torch.float8_e4m3fn,
        generator=torch.get_rng_state(),
        activation=torch.nn.functional.relu,
        layer=nn.Linear(2, 2),
        slice=slice(1, 2),
        span=range(3),
        complex=1 + 2j,
        huge=10**1000,
    )


def formula(name: str, shape) -> torch.Tensor:
    i = torch.arange(torch.Size(shape).numel())
    x = ((7 * i + sum(name.encode())) % 32) / 8 - 2
    return (x.abs() + 0.5 if name.endswith("running_var") else x).reshape(shape)


def strided(state):
    """The same tensors as views: all in one storage, transposed and with gaps."""
    floats = {n: t for n, t in state.items() if t.is_floating_point()}
    memory = torch.full((sum(2 * t.numel() for t in floats.values()) + 1,), torch.nan)
    views, start = collections.OrderedDict(), 1
    for name, t in floats.items():
        gaps = memory[start : start + 2 * t.numel() : 2]
        views[name] = gaps.view(t.shape[::-1]).permute(*reversed(range(t.dim())))
        views[name].copy_(t)
        start += 2 * t.numel()
    return views


def ancient(state, path: Path) -> None:
    """The legacy layout as early versions wrote it: strings of Python 2, storages that are parts of another."""
    floats = [(n, t) for n, t in state.items() if t.is_floating_point()]
    memory = torch.cat([t.flatten() for _, t in floats])
    out = io.BytesIO()
    for head in (0x1950A86A20F9469CFC6C, 1001, dict(protocol_version=1001, little_endian=True, type_sizes={})):
        pickle.dump(head, out, protocol=2)

    def text(s: str) -> bytes:
        return b"U" + bytes([len(s)]) + s.encode()

    def integer(i: int) -> bytes:
        return b"J" + struct.pack("<i", i)

    def tuple_of(values) -> bytes:
        return b"(" + b"".join(map(integer, values)) + b"t"

    out.write(b"\x80\x02ccollections\nOrderedDict\n](")
    first = 0
    for name, t in floats:
        view = b"(" + text(name) + integer(first) + integer(t.numel()) + b"t"
        storage = b"(" + text("storage") + b"ctorch\nFloatStorage\n" + text("root") + text("cpu")
        storage += integer(memory.numel()) + view + b"tQ"
        tensor = b"ctorch._utils\n_rebuild_tensor\n(" + storage + integer(0)
        tensor += tuple_of(t.shape) + tuple_of(t.contiguous().stride()) + b"tR"
        out.write(b"](" + text(name) + tensor + b"e")
        first += t.numel()
    out.write(b"e\x85R.")
    pickle.dump(["root"], out, protocol=2)
    out.write(struct.pack("<q", memory.numel()) + memory.numpy().tobytes())
    path.write_bytes(out.getvalue())


def with_long_offsets(source: Path, path: Path) -> None:
    """The same archive with the 64-bit fields of files over 4 GiB."""
    zipfile.ZIP64_LIMIT = 100
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name), old.read(name))
    with path.open("r+b") as file:
        file.seek(-10, 2)
        file.write(b"\xff" * 8)  # size and position of the directory: see the 64-bit record


def main() -> None:
    HERE.mkdir(exist_ok=True)
    net = TinyNet()
    state = net.state_dict()
    for name, old in state.items():
        old.copy_(formula(name, old.shape) if old.is_floating_point() else torch.tensor(41))

    def save(name, what, zipped=True, **options):
        torch.save(what, HERE / name, _use_new_zipfile_serialization=zipped, **options)

    def cast(dtype):
        return {n: t.to(dtype) if t.is_floating_point() else t for n, t in state.items()}

    optimizer = torch.optim.Adam(net.parameters())
    net(torch.ones(2, 3, 5, 5)).sum().backward()
    optimizer.step()
    training = dict(
        state_dict=collections.OrderedDict((n, formula(n, t.shape) if t.is_floating_point() else t) for n, t in state.items()),
        epoch=7,
        best=0.75,
        optimizer=optimizer.state_dict(),
        scheduler=torch.optim.lr_scheduler.MultiStepLR(optimizer, [30, 60]).state_dict(),
        args=argparse.Namespace(lr=0.1, data=None, size=10**30),
    )
    for name, old in state.items():
        old.copy_(formula(name, old.shape) if old.is_floating_point() else torch.tensor(41))

    save("plain.pth", state)
    save("plain_legacy.pth", state, zipped=False)
    save("training.pth", training)
    save("training_legacy.pth", training, zipped=False)
    save("parallel.pth", dict(model=nn.DataParallel(net).state_dict()))
    save("parameters.pth", dict(net.named_parameters()) | dict(net.named_buffers()))
    save("half.pth", cast(torch.float16))
    save("bfloat16_legacy.pth", cast(torch.bfloat16), zipped=False)
    save("double.pth", cast(torch.float64))
    save("strided.pth", strided(state))
    save("strided_legacy.pth", strided(state), zipped=False)
    save("protocol5.pth", state, pickle_protocol=5)
    ancient(state, HERE / "ancient_legacy.pth")
    save_file(state, HERE / "plain.safetensors")
    save_file(cast(torch.bfloat16), HERE / "bfloat16.safetensors")
    save("module.pth", net.fc1)

    # What training scripts save beside and around the weights.
    save("foreign.pth", dict(epoch=7, **foreign(), model=state))
    save("foreign_legacy.pth", dict(model=state, **foreign()), zipped=False)
    save("foreign_protocol5.pth", dict(foreign(), model=state), pickle_protocol=5)
    save("compiled.pth", dict(net=torch.compile(net).state_dict(), step=3))
    spread = nn.DataParallel(net).state_dict()
    save("compiled_parts.pth", {n.replace("conv1.", "conv1._orig_mod."): t for n, t in spread.items()})
    averaged = torch.optim.swa_utils.AveragedModel(net).state_dict()
    zeros = {n: torch.zeros_like(t) for n, t in state.items()}
    save("averaged.pth", dict(model_ema=averaged, epoch=7))
    save("both.pth", dict(model=zeros, model_ema=averaged, rng_state=torch.get_rng_state()))
    save("game.pth", dict(generator=state, discriminator=zeros, best=torch.tensor(0.5)))
    save("nested.pth", dict(ema=dict(decay=0.9, state_dict=state), optimizer=optimizer.state_dict()))
    save("lightning.pth", {"state_dict": {f"model.{n}": t for n, t in state.items()}, "callbacks": {}, "loops": None})
    save(
        "students.pth",
        {f"{who}.backbone.{n}": t for who in ("student", "teacher") for n, t in state.items()},
    )
    save("other_name.pth", {"the best": state, None: 3, (1, "a"): [torch.ones(2)], np.int64(3): 4, b"k": 5})

    # Types that are not read, where no weights are.
    types = dict(
        u16=torch.ones(3, dtype=torch.uint16),
        u32=torch.ones(3, dtype=torch.uint32),
        u64=torch.ones(3, dtype=torch.uint64),
        f8=torch.ones(3).to(torch.float8_e4m3fn),
        f8_5=torch.ones(2, 2).to(torch.float8_e5m2),
    )
    old = dict(
        complex=torch.ones(2, dtype=torch.complex64),
        complex_double=torch.ones(2, dtype=torch.complex128),
        quantized=torch.quantize_per_tensor(torch.ones(2, 2), 0.1, 0, torch.qint8),
    )
    more = dict(sparse=torch.eye(3).to_sparse(), buffer=nn.Buffer(torch.ones(2)), like=nn.Parameter(torch.ones(1).double()))
    more["like"].note = "a parameter with an attribute"
    save("types.pth", {**types, **old, **state, "extra_state": more})
    save("types_legacy.pth", {**old, **state}, zipped=False)
    save("types_needed.pth", {**state, "fc1.weight": state["fc1.weight"].to(torch.float8_e4m3fn)})
    save_file({**types, **state}, HERE / "types.safetensors")
    save_file({**state, "fc1.weight": state["fc1.weight"].to(torch.float8_e5m2)}, HERE / "types_needed.safetensors")
    net.eval()
    with torch.no_grad():
        images = formula("input", (2, 3, 5, 5))
        torch.save({"input": images, "output": net(images)}, HERE / "check.pth")
        net.bn1.eps = 1e-1
        save_file({"input": images, "output": net(images)}, HERE / "check_other.safetensors")
        net.bn1.eps = 1e-5
    with_long_offsets(HERE / "plain.pth", HERE / "zip64.pth")

    for path in sorted(HERE.glob("*.pth")):  # a glance at those that hold the weights as they are
        if path.stem.split("_")[0] in ("plain", "training", "half", "double", "strided", "zip64", "foreign"):
            read = torch.load(path, weights_only=False)
            read = read.get("state_dict", read.get("model", read))
            for name, tensor in read.items():
                bare = name.removeprefix("module.")
                assert not tensor.is_floating_point() or torch.equal(tensor.float(), state[bare]), (path, name)

    net.eval()
    with torch.no_grad():
        logits = net(formula("input", (2, 3, 5, 5)))
    (HERE / "logits.tsv").write_text("".join("\t".join(f"{x:.7g}" for x in row) + "\n" for row in logits.tolist()))


if __name__ == "__main__":
    main()
