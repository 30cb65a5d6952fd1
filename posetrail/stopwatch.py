"""Where the time of a run goes."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

Item = TypeVar("Item")


class Stopwatch:
    """Seconds by stage, since the watch was made."""

    def __init__(self) -> None:
        self._began = time.perf_counter()
        self.stages: dict[str, float] = defaultdict(float)

    @property
    def elapsed(self) -> float:
        """Seconds since the watch was made."""
        return time.perf_counter() - self._began

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Add the time of the block to a stage."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self.stages[name] += time.perf_counter() - began

    def drawing(self, name: str, items: Iterable[Item]) -> Iterator[Item]:
        """Pass items on and add the time it takes to draw them to a stage."""
        source = iter(items)
        while True:
            with self.stage(name):
                try:
                    item = next(source)
                except StopIteration:
                    return
            yield item
