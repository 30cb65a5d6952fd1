"""Work on several frames at once, results in frame order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def ordered_map(
    function: Callable[[Item], Result], items: Iterable[Item], *, workers: int
) -> Iterator[Result]:
    """Apply a function to items on several threads and yield the results in order.

    Items are drawn in the caller's thread, at most one more than there are workers ahead of the
    result that is yielded, so memory does not grow. An error in the function or in the items
    surfaces as itself, and closing the iterator drops what has not begun.

    Parameters
    ----------
    function : callable
        Called with one item at a time, from any of the threads; must be thread-safe.
    items : iterable
        The work, drawn lazily.
    workers : int
        Number of threads.
    """
    with ThreadPoolExecutor(workers, thread_name_prefix="posetrail") as pool:
        ahead: deque[Future[Result]] = deque()
        try:
            for item in items:
                ahead.append(pool.submit(function, item))
                if len(ahead) > workers:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
