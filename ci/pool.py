"""Kernels at work side by side."""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TypeVar

from ci import session

Item = TypeVar("Item")
Result = TypeVar("Result")


def threads_each(jobs: int) -> int | None:
    """The native threads for each of so many kernels, that they do not wait for each other; None: as many as there are."""
    return None if jobs == 1 else max(1, (os.cpu_count() or 1) // jobs)


def each(work: Callable[[Item], Result], items: Iterable[Item], jobs: int) -> Iterator[Result]:
    """What comes of the items, `jobs` at a time, as each is done. An interruption ends all kernels."""
    with ThreadPoolExecutor(jobs) as pool:
        waiting = [pool.submit(work, item) for item in items]
        try:
            for future in as_completed(waiting):
                yield future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            session.kill_all()
            raise
