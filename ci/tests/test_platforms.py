"""The list of supported platforms: held against lib/pom.xml, and what is said of machines that are not on it."""

import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock
from xml.etree import ElementTree
from zipfile import ZipFile

from ci import delivery, install, platforms
from ci.console import Problem
from ci.paths import ROOT
from ci.platforms import SUPPORTED, Machine, Platform, Unsupported, judge, machine_of, processor_of, system_of

POM = {"m": "http://maven.apache.org/POM/4.0.0"}
NEW_GLIBC = ("glibc", "2.39")


def machine(system, processor, real_processor=None, c_library=("", "")):
    return Machine(system, processor, real_processor or processor, c_library)


class ProfilesTest(unittest.TestCase):
    """What Maven chooses by itself on a machine is what the list says of that machine."""

    def setUp(self):
        root = ElementTree.parse(ROOT / "lib" / "pom.xml").getroot()
        self.profiles = {each.findtext("m:id", None, POM): each for each in root.findall("m:profiles/m:profile", POM)}

    def test_every_platform_has_its_profile_and_the_other_way_round(self):
        self.assertEqual(sorted(self.profiles), sorted(each.classifier for each in SUPPORTED))

    def test_a_profile_takes_the_jar_of_its_name(self):
        for name, profile in self.profiles.items():
            self.assertEqual(profile.findtext("m:properties/m:native.classifier", None, POM), name)

    def test_a_profile_is_active_on_its_platform(self):
        families = {"mac": "Mac OS X", "windows": "Windows 11"}
        for name, profile in self.profiles.items():
            condition = profile.find("m:activation/m:os", POM)
            family = condition.findtext("m:family", None, POM)
            system = system_of(families[family] if family else condition.findtext("m:name", None, POM).capitalize())
            arch = condition.findtext("m:arch", None, POM)
            self.assertEqual(f"{system}-{processor_of(arch)}", name)


class JudgementTest(unittest.TestCase):
    def assert_unsupported(self, what, remedy, *arguments, **options):
        found = judge(machine(*arguments, **options))
        self.assertIsInstance(found, Unsupported)
        self.assertIn(what, found.what)
        self.assertIn(remedy, found.remedy)

    def test_supported_machines(self):
        for classifier in ("linux-x86_64", "linux-aarch64", "osx-aarch64", "win-x86_64"):
            found = judge(machine(*classifier.split("-"), c_library=NEW_GLIBC))
            self.assertIsInstance(found, Platform, found)
            self.assertEqual(found.classifier, classifier)

    def test_this_machine_by_java_and_by_python(self):
        with mock.patch.object(platforms.platform, "machine", lambda: "AMD64"):
            self.assertEqual(machine_of("Windows 11", "amd64").classifier, "win-x86_64")
            self.assertEqual(machine_of("Mac OS X", "aarch64").classifier, "osx-aarch64")
            self.assertEqual(machine_of("Linux").classifier, "linux-x86_64")

    def test_an_intel_mac_and_an_intel_java_on_apple_silicon(self):
        self.assert_unsupported("Intel", "Linux container", "osx", "x86_64")
        self.assert_unsupported("a JDK for x86_64", "a JDK for macOS on Apple silicon", "osx", "x86_64", "aarch64")
        kernel = "Darwin Kernel Version 24.1.0: root:xnu-11215.41.3~2/RELEASE_ARM64_T6000"
        with mock.patch.multiple(platforms.platform, machine=lambda: "x86_64", version=lambda: kernel):
            self.assertEqual(machine_of("Mac OS X", "x86_64").real_processor, "aarch64")

    def test_32_bits(self):
        self.assert_unsupported("a JDK for x86", "a JDK for Windows on x86-64", "win", "x86", "x86_64")
        self.assert_unsupported("linux on i686", "Linux on x86-64", "linux", "i686")

    def test_windows_on_arm(self):
        self.assert_unsupported("Windows on arm64", "WSL 2", "win", "aarch64")

    def test_other_systems(self):
        self.assert_unsupported("FreeBSD on x86_64", "virtual machine", "FreeBSD", "x86_64")

    def test_c_libraries(self):
        self.assert_unsupported("musl", "glibc 2.29", "linux", "x86_64", c_library=("musl", "1.2.3"))
        self.assert_unsupported("glibc 2.28", "newer Linux", "linux", "x86_64", c_library=("glibc", "2.28"))
        self.assert_unsupported("glibc 2.31", "newer Linux", "linux", "aarch64", c_library=("glibc", "2.31"))
        self.assertIsInstance(judge(machine("linux", "x86_64", c_library=("glibc", "2.31"))), Platform)
        self.assertIsInstance(judge(machine("linux", "x86_64")), Platform)  # of an unknown library nothing is said

    @unittest.skipUnless(sys.platform == "linux", "other systems have no choice of C libraries")
    def test_set_up_refuses_before_it_starts(self):
        with mock.patch.object(platforms, "c_library", lambda: ("musl", "1.2.3")):
            with self.assertRaisesRegex(Problem, "not supported: Linux with musl .*What works: a Linux with glibc"):
                install.check_machine()


class DeliveryTest(unittest.TestCase):
    """What `./course platforms` makes of Maven's answer; Maven itself is not asked here."""

    def test_the_profile_of_this_machine_is_off(self):
        for platform in SUPPORTED:
            chosen = delivery.profiles(platform).split(",")
            self.assertEqual([name for name in chosen if not name.startswith("!")], [platform.classifier])
            self.assertEqual(sorted(name.lstrip("!") for name in chosen), sorted(each.classifier for each in SUPPORTED))

    def test_jars_must_hold_the_native_libraries_of_the_platform(self):
        with tempfile.TemporaryDirectory() as folder:
            native, jni = Path(folder, "pytorch-native-cpu-2.jar"), Path(folder, "pytorch-jni-2.jar")
            with ZipFile(native, "w") as archive:
                archive.writestr("pytorch/cpu/win-x86_64/torch.dll", b"")
            with ZipFile(jni, "w") as archive:
                archive.writestr("jnilib/win-x86_64/cpu/djl_torch.dll", b"")
                archive.writestr("jnilib/osx-aarch64/cpu/", b"")
            self.assertEqual(delivery.native_problems([native, jni], "win-x86_64"), [])
            self.assertRegex(" ".join(delivery.native_problems([jni], "win-x86_64")), "^no jar holds PyTorch's [^,]*$")
            self.assertEqual(len(delivery.native_problems([native, jni], "osx-aarch64")), 2)

    def test_names_what_maven_does_not_find(self):
        artifact = "ai.djl.pytorch:pytorch-native-cpu:jar:osx-x86_64:2.7.1"
        for text in (
            f"mvn failed\n[ERROR] Could not resolve: Could not find artifact {artifact} in central (x) -> [Help 1]",
            f"mvn failed\n[ERROR] Could not resolve: {artifact} was not found in x during a previous attempt.",
        ):
            self.assertEqual(delivery._reason(text), f"Maven does not find {artifact}")
        self.assertEqual(delivery._reason("mvn failed\n[ERROR] no route\n[ERROR] more"), "[ERROR] no route")


if __name__ == "__main__":
    unittest.main()
