import base64
import io
import unittest

from nbformat.v4 import new_output
from PIL import Image, ImageDraw

from ci import outputs
from ci.tests.samples import code, notebook


def png(draw=True):
    image = Image.new("RGB", (200, 100), "white")
    if draw:
        ImageDraw.Draw(image).line((0, 0, 200, 100), fill="navy", width=2)
    data = io.BytesIO()
    image.save(data, "PNG")
    return data.getvalue()


def problems_of(*given, tags=()):
    cell = code("answer", "1", *tags)
    cell.outputs = list(given)
    return outputs.check_outputs(notebook(cell))


def stream(text, name="stdout"):
    return new_output("stream", name=name, text=text)


def picture(data, alt="A line."):
    metadata = {"image/png": {"width": 200, "alt": alt} if alt else {"width": 200}}
    return new_output("display_data", data={"image/png": base64.b64encode(data).decode()}, metadata=metadata)


class TextTest(unittest.TestCase):
    def test_accepts_plain_text(self):
        self.assertEqual([], problems_of(stream("loss 0.25, accuracy 92 %, banana, information, Infinitely")))

    def test_refuses_stderr_and_errors(self):
        self.assertIn("stderr: careful", problems_of(stream("careful\n", "stderr"))[0])
        self.assertIn("error: bad", problems_of(new_output("error", ename="E", evalue="bad", traceback=[]))[0])

    def test_refuses_what_is_no_number(self):
        for text in ("loss NaN", "[1., nan, 2.]", "-Infinity", "inf"):
            with self.subTest(text):
                self.assertEqual(1, len(problems_of(stream(text))))
                self.assertEqual([], problems_of(stream(text), tags=["allow-nan"]))

    def test_looks_into_html_between_the_marks(self):
        table = new_output("display_data", data={"text/html": "<td class='nan'>NaN</td>"})
        self.assertEqual(1, len(problems_of(table)))

    def test_refuses_paths_of_a_machine(self):
        for path in ("/home/ada/x", "/tmp/y", "C:\\Users\\ada"):
            with self.subTest(path):
                self.assertIn("path", problems_of(stream(f"saved to {path}"))[0])


class PictureTest(unittest.TestCase):
    def test_accepts_a_drawing(self):
        self.assertEqual([], problems_of(picture(png())))

    def test_refuses_a_blank_one(self):
        self.assertIn("blank", problems_of(picture(png(draw=False)))[0])

    def test_refuses_one_that_lacks_its_last_bytes(self):
        for lost in (1, 4, 12, 100):
            with self.subTest(lost):
                self.assertEqual(1, len(problems_of(picture(png()[:-lost]))))

    def test_refuses_a_flipped_bit(self):
        data = bytearray(png())
        data[len(data) // 2] ^= 1
        self.assertEqual(1, len(problems_of(picture(bytes(data)))))

    def test_refuses_pictures_that_do_not_say_what_they_show(self):
        for alt in (None, ""):
            with self.subTest(alt):
                (problem,) = problems_of(picture(png(), alt))
                self.assertIn("nothing says what it shows", problem)

    def test_svg(self):
        drawn = '<svg xmlns="http://www.w3.org/2000/svg"><rect width="1" height="1"/></svg>'
        self.assertEqual([], outputs.drawing_problems(drawn))
        self.assertEqual(["blank"], outputs.drawing_problems("<svg><g/></svg>"))
        self.assertIn("parse", outputs.drawing_problems("<svg><g></svg>")[0])
