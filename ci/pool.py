"""Kernels at work side by side."""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from itertools import islice
from typing import TypeVar

from ci import session

Item = TypeVar("Item")
Result = TypeVar("Result")


def threads_each(jobs: int) -> int | None:
    """The native threads for each of so many kernels, that they do not wait for each other; None: as many as there are."""
    return None if jobs == 1 else max(1, (os.cpu_count() or 1) // jobs)


def each(work: Callable[[Item], Result], items: Iterable[Item], jobs: int) -> Iterator[Result]:
    """What comes of the items, `jobs` at a time, as each is done. An interruption ends all kernels.

    An item is taken when its turn comes, so a generator may decide on the last by what came of the first.
    """
    waiting = iter(items)
    with ThreadPoolExecutor(jobs) as pool:
        try:
            at_work = {pool.submit(work, item) for item in islice(waiting, jobs)}
            while at_work:
                done, at_work = wait(at_work, return_when=FIRST_COMPLETED)
                at_work |= {pool.submit(work, item) for item in islice(waiting, len(done))}
                for future in done:
                    yield future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            session.kill_all()
            raise
