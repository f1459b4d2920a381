"""What `./course doctor` says of a GPU's PyTorch, by files that look like one."""

import tempfile
import unittest
from pathlib import Path
from unittest import mock

from ci import gpu


class ExamineTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.torch = Path(folder.name) / "torch" / "lib"
        self.torch.mkdir(parents=True)
        self.cache = Path(folder.name) / "cache"
        patch = mock.patch.object(gpu, "names", lambda: "NVIDIA H100, driver 580")
        patch.start()
        self.addCleanup(patch.stop)

    def install(self, version: str, *libraries: str) -> None:
        (self.torch.parent / "version.py").write_text(f"__version__ = '{version}+cu1'\n", encoding="utf-8")
        for library in libraries or ("libtorch_cpu.so", "libtorch_cuda.so"):
            (self.torch / library).touch()

    def examine(self, version: str, flavor: str) -> gpu.Verdict:
        settings = {"PYTORCH_LIBRARY_PATH": str(self.torch), "PYTORCH_VERSION": version, "PYTORCH_FLAVOR": flavor}
        return gpu.examine(settings | {"DJL_CACHE_DIR": str(self.cache)})

    def test_one_that_is_not_used_is_named(self) -> None:
        verdict = gpu.examine({})
        self.assertIsNone(verdict.remedy)
        self.assertIn("NVIDIA H100, driver 580; PyTorch's library of the course is for the CPU", verdict.found)

    def test_the_pinned_pytorch_works(self) -> None:
        self.install("2.7.1")
        verdict = self.examine("2.7.1", "cu128")
        self.assertIsNone(verdict.remedy)
        self.assertIn("with DJL's glue for cu128", verdict.found)

    def test_another_flavour_is_mended(self) -> None:
        self.install("2.7.1")
        self.assertEqual(self.examine("2.7.1", "cu126").remedy, "export PYTORCH_FLAVOR=cu128")

    def test_another_version_takes_a_glue(self) -> None:
        self.install("2.11.0")
        self.assertEqual(self.examine("2.7.1", "cu128").remedy, "export PYTORCH_VERSION=2.11.0")
        self.assertIn("DJL has no glue for it", self.examine("2.11.0", "cu130").found)
        self.assertIsNotNone(self.examine("2.11.0", "cu130").remedy)
        glue = gpu.place_of_glue(self.cache, "2.11.0", "cu130")
        glue.parent.mkdir(parents=True)
        glue.touch()
        verdict = self.examine("2.11.0", "cu130")
        self.assertIsNone(verdict.remedy)
        self.assertIn(str(glue), verdict.found)

    def test_one_beside_pytorch_goes_first(self) -> None:
        self.install("2.11.0", "libtorch_cpu.so", "libtorch_cuda.so", "libdjl_torch.so")
        self.assertIn(str(self.torch / "libdjl_torch.so"), self.examine("2.11.0", "cu130").found)

    def test_one_for_the_cpu_is_told(self) -> None:
        self.install("2.7.1", "libtorch_cpu.so")
        self.assertIn("is built for the CPU only", self.examine("2.7.1", "cpu").found)

    def test_an_empty_folder_is_none(self) -> None:
        self.assertIsNotNone(self.examine("2.7.1", "cu128").remedy)


if __name__ == "__main__":
    unittest.main()
