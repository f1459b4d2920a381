"""What a kernel's cells do, as the reply tells it, however much they print."""

import asyncio
import itertools
import socket
import time
import unittest
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

import zmq.asyncio
from jupyter_client.connect import LocalPortCache
from jupyter_client.session import Session as JupyterSession
from nbformat.v4 import new_code_cell, new_notebook

from ci import client, kernels
from ci.client import Client, without_overprinted
from ci.console import Problem
from ci.session import Session

FLOOD = 'for (int i = 0; i < 20_000; i++) System.out.println("line " + i);'


class SessionTest(unittest.TestCase):
    """All tests of a kernel share one; those that end it come to the next by a restart."""

    kernel = kernels.JJAVA

    @classmethod
    def setUpClass(cls):
        if cls.kernel not in kernels.installed():
            raise unittest.SkipTest(f"there is no kernel {cls.kernel}")
        folder = TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.session = cls.enterClassContext(Session(cls.kernel, Path(folder.name) / "a.ipynb", fast=True, timeout=60))

    def run_cell(self, source):
        cell = new_code_cell(source)
        return self.session.run(cell), cell.outputs

    def assert_usable(self):
        failure, (result,) = self.run_cell("40 + 2")
        self.assertIsNone(failure)
        self.assertEqual("42", result.data["text/plain"])

    def test_an_error_behind_many_lines_is_told(self):
        failure, outputs = self.run_cell(FLOOD + ' throw new IllegalStateException("sought");')
        self.assertEqual("error", failure.kind)
        self.assertIn("sought", failure.text)
        self.assertIn("sought", failure.value)
        self.assertEqual("error", outputs[-1].output_type)
        self.assertTrue(outputs[0].text.startswith("line 0\nline 1\n"))
        self.assert_usable()

    def test_what_does_not_compile_is_told(self):
        failure, _ = self.run_cell("int a = ;")
        self.assertIn("illegal start of expression", failure.text)

    def test_output_is_kept_up_to_a_limit(self):
        start = time.monotonic()
        failure, (output,) = self.run_cell('for (int i = 0; i < 3_000; i++) System.out.println("x".repeat(999));')
        self.assertIsNone(failure)
        self.assertTrue(output.text.endswith(client.CUT))
        self.assertEqual(client.LIMITS["stream"] + len(client.CUT), len(output.text))
        self.assertLess(time.monotonic() - start, 20)
        self.assert_usable()

    def test_a_long_line_takes_no_time(self):
        start = time.monotonic()
        _, (output,) = self.run_cell('System.out.print("x".repeat(900_000));')
        self.assertEqual(900_000, len(output.text))
        self.assertLess(time.monotonic() - start, 10)

    def test_threads_print_while_a_cell_fails_and_after_it(self):
        threads = "for (int t = 0; t < 3; t++) new Thread(() -> { " + FLOOD + " }).start();"
        failure, _ = self.run_cell(threads + ' throw new IllegalStateException("sought");')
        self.assertIn("sought", failure.text)
        failure, outputs = self.run_cell("40 + 2")
        self.assertIsNone(failure)
        # the threads may print on before the result and behind it
        results = [output.data["text/plain"] for output in outputs if output.output_type == "execute_result"]
        self.assertEqual(["42"], results)

    def test_displays_are_updated_where_they_stand(self):
        cell = new_code_cell('System.out.println("a"); System.out.println("b"); String id = display("c"); display("d");')
        self.session.run(cell)
        self.run_cell('updateDisplay(id, "new");')
        shown = [output.get("text") or output.data["text/plain"] for output in cell.outputs]
        self.assertEqual(["a\nb\n", "new", "d"], shown[:3])

    def test_a_kernel_that_dies_amid_its_prints_is_dead(self):
        failure, outputs = self.run_cell(FLOOD + " Runtime.getRuntime().halt(1);")
        self.assertEqual("dead", failure.kind)
        self.assertTrue(outputs[0].text.startswith("line 0\n"))
        self.session.restart()
        self.assert_usable()

    def test_a_kernel_whose_port_is_taken_is_started_again(self):
        choose = LocalPortCache.find_available_port
        for place, name in enumerate(("shell", "iopub")):
            with self.subTest(name), socket.create_server(("127.0.0.1", 0)) as other:
                chosen = itertools.count()

                def port(cache, ip):
                    return other.getsockname()[1] if next(chosen) == place else choose(cache, ip)

                with mock.patch.object(LocalPortCache, "find_available_port", port), mock.patch("ci.session.PATIENCE", (3, 60)):
                    self.session.restart()
                self.assert_usable()
                self.assertEqual(10, next(chosen))

    def test_a_kernel_that_never_answers_is_told(self):
        never = RuntimeError("Kernel didn't respond in 30 seconds")
        with mock.patch.object(Session, "_start", side_effect=never) as start, self.assertRaisesRegex(Problem, "does not answer"):
            self.session.restart()
        self.assertEqual([mock.call(30), mock.call(60), mock.call(120)], start.call_args_list)
        self.session.restart()
        self.assert_usable()


class SessionInIJavaTest(SessionTest):
    kernel = kernels.IJAVA


class ClientTest(unittest.TestCase):
    """The client, given the messages of a kernel that there is not."""

    def execute(self, *messages):
        """Executes a cell that is answered by these messages, each a kind and a content; returns its outputs."""
        cell = new_code_cell("1")
        given = Client(new_notebook(cells=[cell]))
        given.kc = mock.Mock()
        given.kc.execute.return_value = "mine"
        given.kc.session = wire = JupyterSession(key=b"")
        reply = {"parent_header": {"msg_id": "mine"}, "content": {"status": "ok"}}
        given.kc.shell_channel.get_msg = mock.AsyncMock(return_value=reply)

        async def go():
            with zmq.asyncio.Context() as context:
                given.kc.iopub_channel.socket = context.socket(zmq.PAIR)
                given.kc.iopub_channel.socket.bind("inproc://kernel")
                kernel = context.socket(zmq.PAIR)
                kernel.connect("inproc://kernel")
                for kind, content in messages:
                    parent = {"msg_id": content.pop("parent", "mine")}
                    await kernel.send_multipart(wire.serialize(wire.msg(kind, content, parent)))
                await given.async_execute_cell(cell, 0)
                context.destroy(0)

        asyncio.run(go())
        self.assertEqual({"status": "ok"}, given.reply)
        return [output.get("text") or output.data["text/plain"] for output in cell.outputs]

    def test_takes_all_that_was_sent_before_the_end(self):
        self.assertEqual(["ab"], self.execute(printed("a"), printed("b"), END, printed("c")))

    def test_leaves_what_belongs_to_other_cells(self):
        self.assertEqual(["a"], self.execute(printed("x", parent="other"), printed("a"), END))

    def test_says_so_where_the_end_is_lost(self):
        self.assertEqual(["a", client.LOST], self.execute(printed("a")))

    def test_clears(self):
        now, later = ("clear_output", {"wait": False}), ("clear_output", {"wait": True})
        self.assertEqual(["c"], self.execute(printed("a"), shown("b"), now, printed("c"), END))
        self.assertEqual(["d"], self.execute(printed("a"), later, shown("d"), END))
        self.assertEqual(["a"], self.execute(printed("a"), later, END))
        self.assertEqual(["cd"], self.execute(printed("a"), later, printed("c"), printed("d"), END))

    def test_cuts_other_outputs_too(self):
        with mock.patch.dict(client.LIMITS, {"display_data": 100}):
            self.assertEqual(["a", client.CUT], self.execute(shown("a"), shown("b" * 200), shown("c"), END))

    def test_lines_are_overprinted_as_on_a_terminal(self):
        for printed_text, seen in {
            "50 %\r100 %": "100 %",
            "50 %\r100 %\r\ndone\n": "100 %\r\ndone\n",
            "a\nb\r": "a\nb\r",
            "": "",
        }.items():
            with self.subTest(printed_text):
                self.assertEqual(seen, without_overprinted(printed_text))


END = ("status", {"execution_state": "idle"})


def printed(text, **more):
    return "stream", {"name": "stdout", "text": text} | more


def shown(text):
    return "display_data", {"data": {"text/plain": text}, "metadata": {}}
