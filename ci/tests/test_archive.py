"""The options by which a kernel starts from its class-data archive, put in and taken away."""

import json
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from ci import archive, kernels
from ci.paths import NOTEBOOKS
from ci.session import Session

PLAIN = ["java", "-Xmx3g", "-jar", "{resource_dir}/jjava.jar", "{connection_file}"]


class ArchiveTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        patch = mock.patch.object(kernels, "KERNELS", Path(folder.name))
        patch.start()
        self.addCleanup(patch.stop)
        self.spec = Path(folder.name) / "java" / "kernel.json"
        self.spec.parent.mkdir()
        self.spec.write_text(json.dumps({"argv": PLAIN, "env": {"A": "1"}}), encoding="utf-8")

    def arguments(self):
        return json.loads(self.spec.read_text(encoding="utf-8"))["argv"]

    def test_is_used_once_however_often_set_up_runs(self):
        kernels.use_archive("java")
        once = self.arguments()
        kernels.use_archive("java")
        self.assertEqual(self.arguments(), once)
        self.assertIn(f"-XX:SharedArchiveFile={kernels.archive_of('java')}", once)
        self.assertLess(once.index("-Xshare:auto"), once.index("-jar"))

    def test_is_forgotten(self):
        kernels.archive_of("java").write_bytes(b"classes")
        kernels.use_archive("java")
        kernels.forget_archive("java")
        self.assertEqual(json.loads(self.spec.read_text(encoding="utf-8")), {"argv": PLAIN, "env": {"A": "1"}})
        self.assertFalse(kernels.archive_of("java").exists())


class CellsTest(unittest.TestCase):
    def test_run(self):
        """Otherwise set-up says that there is no archive, and every kernel starts slowly."""
        for kernel in kernels.installed():
            with Session(kernel, NOTEBOOKS / "archive.ipynb", fast=True) as session:
                for source in archive.CELLS:
                    with self.subTest(kernel=kernel, source=source):
                        self.assertIsNone(session.run_source(source))


if __name__ == "__main__":
    unittest.main()
