"""Runs small notebooks in each installed Java kernel, as a reader would.

Needs the library (`mvn package`) and nbclient; a kernel that is not installed is skipped. The pause of more than a
minute is run only with CONVNETS_SLOW_TESTS=1 or in CI.
"""

import base64
import os
import re
import struct
import unittest
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from jupyter_client.kernelspec import KernelSpecManager
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

JARS = Path(__file__).parents[2] / "lib" / "target" / "jars"
KERNELS = [name for name in ("java", "ijava") if name in KernelSpecManager().find_kernel_specs()]
SLOW = bool(os.environ.get("CONVNETS_SLOW_TESTS") or os.environ.get("CI"))


def run(kernel, *cells, environment=None, startup=True):
    """Executes cells and returns their outputs, a list each; a cell that fails does not stop the others."""
    first = [f"%classpath {JARS}/*.jar", "import convnets.notebook.*;\nCourse.init(1);"] if startup else []
    notebook = new_notebook(cells=[new_code_cell(cell) for cell in [*first, *cells]])
    client = NotebookClient(
        notebook,
        kernel_name=kernel,
        timeout=300,
        allow_errors=True,
        coalesce_streams=True,
        shutdown_kernel="immediate",
    )
    client.execute(env={**os.environ, "OMP_NUM_THREADS": "1", **(environment or {})})
    return [cell.outputs for cell in notebook.cells[len(first) - 1 if startup else 0 :]]


def text(outputs, stream="stdout"):
    return "".join(output.text for output in outputs if output.output_type == "stream" and output.name == stream)


def errors(outputs):
    return [output for output in outputs if output.output_type == "error"]


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


class KernelTest(unittest.TestCase):
    """Each test runs in every kernel."""

    def each(self):
        if not KERNELS:
            self.skipTest("no Java kernel is installed")
        for kernel in KERNELS:
            with self.subTest(kernel=kernel):
                yield kernel

    def assert_quiet(self, cells):
        for outputs in cells:
            self.assertEqual(errors(outputs), [])
            self.assertEqual(text(outputs, "stderr"), "")

    def test_draws(self):
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
        for kernel in self.each():
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
                self.assertEqual(png_size(outputs[0].data["image/png"]), size)
                self.assertEqual(outputs[0].data["text/plain"], plain)
            self.assertEqual(set(table_out[0].data), {"text/html", "text/plain"})
            self.assertIn("2,048,000", table_out[0].data["text/html"])
            self.assertIn("&lt;fc&gt;", table_out[0].data["text/html"])
            self.assertEqual(array_out[0].data["text/plain"], "(3) float32 on cpu: 1, 2.5, 3")


if __name__ == "__main__":
    unittest.main()
