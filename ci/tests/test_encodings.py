"""The tools read and write text in UTF-8, whatever the system writes."""

import ast
import unittest

from ci.paths import ROOT


class EncodingTest(unittest.TestCase):
    def test_text_is_read_and_written_in_utf8(self):
        """Without an encoding Python takes the system's: on Windows often one that lacks our signs."""
        for file in [*sorted((ROOT / "ci").rglob("*.py")), ROOT / "ci" / "gpu-check", ROOT / "ci" / "places-check"]:
            for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(call, ast.Call) and lacks_encoding(call):
                    self.fail(f"{file.relative_to(ROOT)}:{call.lineno} names no encoding")

    def test_the_rule_knows_all_forms(self):
        for bad in ("open(f)", "open(f, 'w')", "p.open('a')", "p.read_text()", "p.write_text(t)", "run(c, text=True)"):
            self.assertTrue(lacks_encoding(ast.parse(bad).body[0].value), bad)
        for good in ("open(f, 'rb')", "p.read_text(encoding='utf-8')", "run(c)", "os.open(p, 0)", "Image.open(f)"):
            self.assertFalse(lacks_encoding(ast.parse(good).body[0].value), good)


def lacks_encoding(call: ast.Call) -> bool:
    """Whether a call reads or writes text in the encoding of the system."""
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    if "encoding" in named:
        return False
    if isinstance(named.get("text"), ast.Constant) and named["text"].value is True:
        return True
    if isinstance(call.func, ast.Name):
        return call.func.id == "open" and not _binary(call.args[1:2])
    if not isinstance(call.func, ast.Attribute):
        return False
    if call.func.attr == "open" and call.args and isinstance(call.args[0], ast.Constant):
        return str(call.args[0].value) in ("r", "w", "a", "x")
    return call.func.attr in ("read_text", "write_text")


def _binary(mode: list[ast.expr]) -> bool:
    return bool(mode) and isinstance(mode[0], ast.Constant) and "b" in mode[0].value


if __name__ == "__main__":
    unittest.main()
