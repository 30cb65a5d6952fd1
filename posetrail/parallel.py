"""Work on several frames at once, results in frame order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_END: Any = object()


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


def drawn_ahead(items: Iterable[Item], *, ahead: int = 2) -> Generator[Item, None, None]:
    """Draw items on a thread of their own, a few ahead of the caller, and yield them in order.

    An error in the items surfaces as itself behind what came before it. Closing the iterator waits
    for the item that is being drawn; the items may be closed then.

    Parameters
    ----------
    items : iterable
        Where each next item is work that should not wait for the caller.
    ahead : int
        How many are drawn before they are asked for.
    """
    source = iter(items)
    with ThreadPoolExecutor(1, thread_name_prefix="posetrail-ahead") as pool:
        waiting = deque(pool.submit(next, source, _END) for _ in range(ahead))
        try:
            while (item := waiting.popleft().result()) is not _END:
                waiting.append(pool.submit(next, source, _END))
                yield item
        finally:
            pool.shutdown(cancel_futures=True)
