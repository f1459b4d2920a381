"""The most memory that a process ever held, as far as its system tells."""

import os
import re
import signal
import sys
from pathlib import Path
from subprocess import Popen

PROC = Path("/proc")

MIB = 1 << 20


def peak_mib(process: Popen | None) -> int | None:
    """The most that was resident of a living process; None where that cannot be known.

    To be asked when its work is done: macOS tells only of a process that has ended, so there it is killed.
    """
    if process is None or process.poll() is not None:
        return None
    readers = {"linux": lambda pid: of_status(pid, "VmHWM"), "win32": _of_working_set, "darwin": _of_end}
    reader = readers.get(sys.platform)
    peak = reader(process.pid) if reader else None
    return None if peak is None else round(peak / MIB)


def of_status(pid: int, key: str) -> int | None:
    """Bytes in Linux's /proc/PID/status: VmRSS, what is resident now, or VmHWM, the most there ever was."""
    try:
        status = (PROC / str(pid) / "status").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    found = re.search(rf"^{key}:\s+(\d+) kB$", status, re.MULTILINE)
    return int(found.group(1)) * 1024 if found else None


def _of_working_set(pid: int) -> int | None:
    """Windows keeps the peak of the working set."""
    import psutil

    try:
        return psutil.Process(pid).memory_info().peak_wset
    except psutil.Error:
        return None


def _of_end(pid: int) -> int | None:
    """macOS hands over what a process has used, in bytes, to the one who waits for its end."""
    try:
        os.killpg(pid, signal.SIGKILL)  # a kernel leads its group
        return os.wait4(pid, 0)[2].ru_maxrss
    except OSError:
        return None
