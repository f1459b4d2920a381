"""nbclient's client, made to receive all that a cell shows: fast, within bounds, and to the last message.

As it comes, nbclient takes messages one by one from a socket that holds a thousand of them, and leaves what has not
come four seconds after a cell's reply. Of a cell that prints more, what came last is lost, its error for one. Here the
socket holds any number, messages are taken in heaps, and texts are put together as they come.
"""

import asyncio
import json
import time
from collections.abc import Iterator
from typing import Any

import zmq
from jupyter_client.asynchronous import AsyncKernelClient
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionComplete
from nbclient.util import run_sync
from nbformat import NotebookNode
from nbformat.v4 import new_output

LIMITS = {"stream": 1_000_000, "display_data": 20_000_000, "execute_result": 20_000_000}
"""How much a cell may show: characters that it prints, bytes of other outputs."""

CUT = "\n[The course keeps no more output of one cell: the rest is cut.]\n"
LOST = "\n[The kernel could not send as fast as the cell printed: some output is lost.]\n"

QUIET = 1.0
"""Seconds after a cell's reply in which all that was sent before it arrives."""

_HEAP = 1000
"""How many messages are taken before others may work."""

_DELIMITER = b"<IDS|MSG>"


class _KernelClient(AsyncKernelClient):
    """A client that holds any number of messages until they are taken."""

    def connect_iopub(self, identity: bytes | None = None) -> zmq.Socket:
        self.context.rcvhwm = 0
        return super().connect_iopub(identity)


class Client(NotebookClient):
    """Executes cells; `reply` is the content of the kernel's own reply to the last one, None where none came."""

    reply: dict[str, Any] | None = None

    def create_kernel_manager(self):
        manager = super().create_kernel_manager()
        manager.client_factory = _KernelClient
        return manager

    async def async_execute_cell(self, cell: NotebookNode, *arguments: Any, **keywords: Any) -> NotebookNode:
        self.reply = None
        self._room = dict(LIMITS)
        self._texts: dict[str, tuple[NotebookNode, list[str]]] = {}  # by stream: the output, and its text in parts
        try:
            return await super().async_execute_cell(cell, *arguments, **keywords)
        finally:
            for output, parts in self._texts.values():
                output.text = without_overprinted("".join(parts))

    execute_cell = run_sync(async_execute_cell)

    async def _async_poll_for_reply(self, msg_id, cell, timeout, task_poll_output_msg, task_poll_kernel_alive):
        """Waits for the reply, and then for all that the cell has shown before it."""
        nothing_else = asyncio.get_running_loop().create_future()
        nothing_else.set_result(None)
        reply = await super()._async_poll_for_reply(msg_id, cell, timeout, nothing_else, task_poll_kernel_alive)
        self._replied = time.monotonic()
        self.reply = reply["content"]
        await task_poll_output_msg
        return reply

    async def _async_poll_output_msg(self, parent_msg_id: str, cell: NotebookNode, cell_index: int) -> None:
        """Takes what the cell shows until its end is told; or, where that message is lost, until all has arrived."""
        socket = self.kc.iopub_channel.socket
        while True:
            late = self.reply is not None and time.monotonic() - self._replied > QUIET
            await socket.poll(QUIET * 1000)
            heap = list(_waiting(socket))
            for frames in heap:
                if self._take(frames, parent_msg_id, cell, cell_index):
                    return
            if late and len(heap) < _HEAP:
                self._print(cell.outputs, "stderr", LOST)
                return
            await asyncio.sleep(0)

    def _take(self, frames: list[bytes], parent_msg_id: str, cell: NotebookNode, cell_index: int) -> bool:
        """Adds a message to the cell's outputs as far as there is room; True if it tells the cell's end."""
        frames = frames[frames.index(_DELIMITER) + 1 :]
        _, header, parent, _, content = frames[:5]
        if json.loads(parent).get("msg_id") != parent_msg_id:
            return False
        kind = json.loads(header)["msg_type"]
        if self._room.get(kind, 0) < 0:
            return False
        message = self.kc.session.deserialize(frames)
        if kind in self._room:
            size = len(message["content"]["text"] if kind == "stream" else content)
            room, self._room[kind] = self._room[kind], self._room[kind] - size
            if size > room:
                shown = message["content"]
                self._print(cell.outputs, shown.get("name", "stdout"), shown.get("text", "")[:room] + CUT)
                return False
        try:
            self.process_message(message, cell, cell_index)
        except CellExecutionComplete:
            return True
        return False

    def output(self, outs: list[NotebookNode], msg: dict[str, Any], display_id: str | None, cell_index: int):
        if self.clear_before_next_output:
            self.clear_before_next_output = False
            self._clear(outs, cell_index)
        if msg["msg_type"] == "stream":
            return self._print(outs, msg["content"]["name"], msg["content"]["text"])
        return super().output(outs, msg, display_id, cell_index)

    def clear_output(self, outs: list[NotebookNode], msg: dict[str, Any], cell_index: int) -> None:
        if msg["content"].get("wait"):
            self.clear_before_next_output = True
        else:
            self._clear(outs, cell_index)

    def _clear(self, outs: list[NotebookNode], cell_index: int) -> None:
        outs.clear()
        self.clear_display_id_mapping(cell_index)
        self._texts.clear()
        self._room = dict(LIMITS)

    def _print(self, outs: list[NotebookNode], stream: str, text: str) -> NotebookNode:
        """Adds to the one output that a stream has in a cell."""
        if stream not in self._texts:
            outs.append(new_output("stream", name=stream))
            self._texts[stream] = (outs[-1], [])
        output, parts = self._texts[stream]
        parts.append(text)
        return output


def without_overprinted(text: str) -> str:
    """The text as a terminal shows it: of a line, what stands behind its last carriage return."""
    return "\n".join(line[line.rfind("\r", 0, max(0, len(line) - 1)) + 1 :] for line in text.split("\n"))


def _waiting(socket: zmq.Socket) -> Iterator[list[bytes]]:
    """The next messages of those that have arrived."""
    at_once = zmq.Socket.shadow(socket)
    for _ in range(_HEAP):
        try:
            yield at_once.recv_multipart(zmq.NOBLOCK)
        except zmq.Again:
            return
