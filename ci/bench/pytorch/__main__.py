"""Serves requests, as `convnets.cli.RunWorkload` explains: python -m ci.bench.pytorch THREADS [DEVICE]."""

import json
import os
import sys
import time
from types import SimpleNamespace

import torch

from ci.bench.pytorch.workloads import Workload, workload


def main(threads: int, device: str = "cpu") -> None:
    torch.set_num_threads(threads)
    torch.set_default_device(device)
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # whatever a library prints must not look like an answer
    work: Workload | None = None
    for line in sys.stdin:
        verb, what = line.strip().split(" ", 1)
        try:
            if verb == "prepare":
                work = None  # frees the one before
                torch.cuda.empty_cache()  # without a GPU nothing
                start = time.perf_counter()
                work = workload(SimpleNamespace(**json.loads(what)))
                seconds = time.perf_counter() - start
            else:
                seconds = work(int(what))
            print(f"done {seconds}", file=answers)
        except Exception as error:
            print(f"failed {type(error).__name__}: {error}".replace("\n", " "), file=answers)


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
