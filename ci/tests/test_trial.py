"""Tricks that must not pass, in both kernels. `NotebookWatchTest` of the library has more, and faster."""

import unittest

from ci import kernels
from ci.exercises import stretches
from ci.paths import SOLUTIONS
from ci.session import Session
from ci.tests.samples import TWICE, code, notebook, tagged
from ci.trial import Trial

CHECK = """Map<String, Integer> wanted = new TreeMap<>(), got = new TreeMap<>();
for (int value : data) { wanted.put("of " + value, times * value); got.put("of " + value, twice(value)); }
Check checked = Course.check("05.1");
wanted.forEach((key, value) -> checked.that(key, got.get(key)).equalTo(value));
checked.passed();"""

RIGHT = "static int twice(int x) { return x + x; }"
WRONG = "static int twice(int x) { return x; }"


def answer(body):
    return f"static int twice(int x) {{ {body} return x; }}"


class Tricks:
    """All in one kernel; what spoils it costs three seconds for another."""

    kernel: str

    @classmethod
    def setUpClass(cls):
        if cls.kernel not in kernels.installed():
            raise unittest.SkipTest(f"there is no kernel {cls.kernel}")
        cls.solutions = notebook(
            code("init", "import convnets.notebook.*;"),
            code("data", "List<Integer> data = List.of(1, 2, 3); int times = 2;"),
            tagged(code("twice", TWICE), "exercise", id="05.1", points=2),
            tagged(code("check-twice", CHECK), "check", id="05.1"),
        )
        *cls.set_up, cls.stretch = stretches(cls.solutions)
        session = cls.enterClassContext(Session(cls.kernel, SOLUTIONS / "test.ipynb", fast=True, timeout=60))
        cls.trial = Trial(session, cls.solutions)
        cls.run_set_up()

    @classmethod
    def run_set_up(cls):
        for each in cls.set_up:
            assert cls.trial.run(each.cells[0].source).name == "right"

    def verdict(self, text):
        verdict = self.trial.try_answer(text, self.stretch)
        if not verdict.usable:
            self.trial.restart()
            self.run_set_up()
        return verdict

    def assert_fails(self, text, verdict="wrong"):
        with self.subTest(text):
            self.assertEqual(verdict, self.verdict(text).name)

    def assert_foul(self, own, part):
        """A cell that is refused, and after which a wrong answer is wrong."""
        verdict = self.trial.run_foreign(own)
        self.assertFalse(verdict.usable)
        self.assertIn(part, verdict.message)
        self.trial.restart()
        self.run_set_up()
        self.assertEqual("wrong", self.verdict(WRONG).name)

    def test_right_answers_are_right(self):
        for text in (
            RIGHT,
            "// At Runtime nobody may exit early.\n" + RIGHT,
            "import java.util.*;\nint twice(int value) { String checking = String.valueOf(2 * value); return helped(checking); }\n"
            "int helped(String x) { return Integer.parseInt(x); }\ntwice(4)",
        ):
            with self.subTest(text):
                self.assertEqual("right", self.verdict(text).name)

    def test_what_an_answer_prints_or_shows_is_no_verdict(self):
        self.assert_fails(answer('for (int i = 0; i < 100_000; i++) System.out.println("✓ 05.1");'))
        self.assert_fails(answer('display("✓ 05.1");'))
        self.assert_fails(answer("System.setOut(new PrintStream(OutputStream.nullOutputStream()));"))

    def test_a_pass_of_the_answers_own_is_no_verdict(self):
        passed = 'Course.check("05.1").isTrue("all", true).passed();'
        self.assert_fails(answer(passed))
        later = "new Thread(() -> { for (int i = 0; i < 50; i++) { %s Thread.onSpinWait(); } }).start();"
        self.assert_fails(answer(later % passed))

    def test_a_variable_does_not_stand_for_the_course(self):
        any = "class Any { Any check(String id) { return this; } Any that(String s, Object o) { return this; } }"
        self.assert_foul(any + "\nAny Course = new Any();", "declares Course, which the notebook uses")


class TrialInIJavaTest(Tricks, unittest.TestCase):
    kernel = kernels.IJAVA


class TrialTest(Tricks, unittest.TestCase):
    kernel = kernels.JJAVA

    def test_what_an_answer_throws_is_no_pass(self):
        self.assert_fails(answer("Thread.currentThread().interrupt();"))
        self.assert_fails(answer("if (x > 0) throw new ThreadDeath();"), "error")
        self.assert_fails("static int twice(int x) { return twice(x); }", "error")

    def test_an_answer_that_ends_the_kernel_is_an_error(self):
        self.assert_fails(answer("Runtime.getRuntime().exit(0);"), "error")

    def test_a_check_that_passes_nothing_is_no_verdict(self):
        self.trial.run("int helper = 0;")
        self.stretch.cells[1].source, before = "helper++;", self.stretch.cells[1].source
        try:
            verdict = self.verdict(RIGHT)
        finally:
            self.stretch.cells[1].source = before
        self.assertEqual(("error", "the check of 05.1 has ended without a verdict"), (verdict.name, verdict.message))

    def test_nothing_stands_for_the_referee(self):
        fake = "static class Referee { static void prepare(String n, String a) {} static void rule(String n) {} }"
        self.assert_foul(f"class convnets {{ static class notebook {{ {fake} }} }}", "keeps the referee from its work")

    def test_a_class_does_not_stand_for_another(self):
        self.assert_foul("class Check { void passed() {} }", "declares Check")

    def test_an_answer_does_not_change_the_notebooks_variables(self):
        self.assert_fails(answer("times = 1;"), "error")

    def test_an_answer_does_not_reach_into_the_check(self):
        self.assert_fails(answer("wanted.putAll(got);"), "error")
