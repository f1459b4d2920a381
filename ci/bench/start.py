"""Seconds from the start of a kernel to the first plot, in JJava with this library and in Python with PyTorch."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from subprocess import STDOUT

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

from ci.bench.alternation import Sampler, compare
from ci.bench.bench import Bench
from ci.bench.machine import Onlooker
from ci.bench.report import Row
from ci.bench.worker import LOGS
from ci.console import Problem
from ci.kernels import JJAVA
from ci.notebook import code_cells, read
from ci.paths import KERNELS, NOTEBOOKS

JAVA_PLOT = """
double[] squares = NDManager.newBaseManager().arange(10f).square().toType(DataType.FLOAT64, false).toDoubleArray();
Plots.lines().title("Squares").xLabel("number").yLabel("square").series("squares", squares).chart()
"""

PYTHON_CELLS = [
    "%matplotlib inline",
    "import matplotlib.pyplot as plt\nimport torch\nimport torch.nn as nn\ntorch.manual_seed(0);",
    "plt.title('Squares')\nplt.xlabel('number')\nplt.ylabel('square')\nplt.plot(torch.arange(10) ** 2);",
]
"""As a PyTorch course begins."""

PYTHON = "pytorch"


def measure(workload: str, model: str, bench: Bench) -> Iterator[Row]:
    bench.close()
    first = [cell.source for cell in code_cells(read(NOTEBOOKS / "00-getting-started.ipynb"))[:2]]
    ours = sampler(KERNELS, JJAVA, [*first, JAVA_PLOT])
    reference = sampler(python_kernel(bench.python), PYTHON, PYTHON_CELLS)
    ours(), reference()  # files into the system's memory
    onlooker = Onlooker()
    seconds = compare(ours, reference, bench.pairs)
    yield Row.of(workload, model, seconds, "s", onlooker.notes())


def sampler(kernels: Path, name: str, cells: list[str]) -> Sampler:
    return lambda: seconds_to_plot(kernels, name, cells)


def seconds_to_plot(kernels: Path, name: str, cells: list[str]) -> float:
    """Starts a kernel, runs the cells, and stops the clock at the picture."""
    manager = KernelManager(
        kernel_name=name, kernel_spec_manager=KernelSpecManager(kernel_dirs=[str(kernels)], ensure_native_kernel=False)
    )
    pictures: list[float] = []

    def look(message: dict) -> None:
        content = message["content"]
        if message["msg_type"] == "error":
            raise Problem(f"kernel {name}: {content['ename']}: {content['evalue']}")
        if "image/png" in content.get("data", {}):
            pictures.append(time.perf_counter())

    with open(LOGS / f"{name}-kernel.log", "wb") as log:
        start = time.perf_counter()
        manager.start_kernel(cwd=str(NOTEBOOKS), stdout=log, stderr=STDOUT)
    client = manager.client()
    try:
        client.start_channels()
        client.wait_for_ready(timeout=60)
        for cell in cells:
            client.execute_interactive(cell, output_hook=look, allow_stdin=False, timeout=60)
    except (RuntimeError, TimeoutError) as error:
        raise Problem(f"kernel {name}: {error}") from error
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    if not pictures:
        raise Problem(f"kernel {name} has shown no picture")
    return pictures[0] - start


def python_kernel(python: Path) -> Path:
    """A folder of kernelspecs with the reference environment's Python."""
    folder = LOGS / "kernels"
    (folder / PYTHON).mkdir(parents=True, exist_ok=True)
    spec = {
        "argv": [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "Python with PyTorch",
        "language": "python",
    }
    (folder / PYTHON / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
    return folder
