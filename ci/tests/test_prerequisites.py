import unittest
from pathlib import Path
from tempfile import TemporaryDirectory

from ci.prerequisites import REMEDIES, Jdk, Missing, judge_java, missing_python_parts, remedy

MODULES = "java.base@17.0.1\njdk.jshell@17.0.1\n"


def settings(version, home):
    properties = {
        "java.home": home,
        "java.specification.version": version,
        "java.version": f"{version}.0.1",
        "os.arch": "amd64",
        "os.name": "Windows 11",
    }
    return "Property settings:\n" + "".join(f"    {name} = {value}\n" for name, value in properties.items())


class JavaTest(unittest.TestCase):
    def setUp(self):
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.home = folder.name
        javac = Path(self.home, "bin", "javac")
        javac.parent.mkdir()
        for name in ("javac", "javac.exe"):
            javac.with_name(name).write_text("", encoding="utf-8")
            javac.with_name(name).chmod(0o755)

    def test_accepts_a_jdk(self):
        jdk = Jdk("java", self.home, "17.0.1", "Windows 11", "amd64")
        self.assertEqual(jdk, judge_java("java", settings("17", self.home), MODULES))

    def test_names_an_old_one(self):
        for version, shown in (("1.8", "Java 8"), ("11", "Java 11")):
            self.assertIn(shown, str(judge_java("java", settings(version, self.home), MODULES)))

    def test_recognises_a_runtime_without_jshell(self):
        found = judge_java("java", settings("17", self.home), "java.base@17\njdk.jshellish@17\n")
        self.assertIsInstance(found, Missing)
        self.assertIn("without jdk.jshell", found.what)

    def test_recognises_a_missing_compiler(self):
        self.assertIn("javac", str(judge_java("java", settings("17", self.home + "/nowhere"), MODULES)))

    def test_recognises_what_is_no_java(self):
        self.assertIn("something else", str(judge_java("java", "No Java runtime present", "")))


class RemedyTest(unittest.TestCase):
    def test_every_system_has_its_command(self):
        for name in REMEDIES:
            self.assertIn("apt install", remedy(name, "Linux"))
            self.assertIn("brew install", remedy(name, "Darwin"))
            self.assertIn("winget install", remedy(name, "Windows"))

    def test_debians_split_python(self):
        self.assertIsNone(missing_python_parts(lambda module: True))
        missing = missing_python_parts(lambda module: module != "ensurepip")
        self.assertIn("-venv", remedy("venv", "Linux"))
        self.assertIn("ensurepip", missing.what)
