"""Frames in groups, of which the network looks at the first: by number, or by their times."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")

#: Containers round times to milliseconds: so much later is not too late, in seconds.
_ROUNDED_S = 0.001


@dataclass(frozen=True)
class Grouping:
    """How frames are grouped: what follows of a group depends on nothing before its first frame.

    Parameters
    ----------
    most : int
        Frames in a group, at most.
    longest_s : float, optional
        A group also ends so that the first frame of the next one is at most this much later than its
        own, in seconds; where frames lie farther apart, each is a group. Left out, all groups but the
        last are full.
    """

    most: int
    longest_s: float | None = None

    def cut(self, items: Iterable[Item], time: Callable[[Item], float]) -> Iterator[list[Item]]:
        """Give the groups, drawing at most one item more than the group that is given.

        Parameters
        ----------
        items : iterable
            Frames, or what stands for them, in order.
        time : callable
            Gives the seconds of one.
        """
        if self.longest_s is None:
            source = iter(items)
            yield from iter(lambda: list(islice(source, self.most)), [])
            return
        group: list[Item] = []
        for item, following in with_next(items):
            if group and self._ends(group, time, following):
                yield group
                group = []
            group.append(item)
        if group:
            yield group

    def unfinished(self, items: Iterable[Item], time: Callable[[Item], float]) -> int:
        """Tell how many of the items are in a group that may go on behind them."""
        count = 0
        for group in self.cut(items, time):
            count = len(group)
        return count % self.most

    def _ends(
        self, group: list[Item], time: Callable[[Item], float], following: Item | None
    ) -> bool:
        """Tell whether a group is full without the item before this one."""
        if len(group) == self.most:
            return True
        if following is None or self.longest_s is None:
            return False
        return time(following) - time(group[0]) > self.longest_s + _ROUNDED_S


def with_next(items: Iterable[Item]) -> Iterator[tuple[Item, Item | None]]:
    """Pair each with the one behind it, the last with nothing."""
    source = iter(items)
    for before in islice(source, 1):
        for item in source:
            yield before, item
            before = item
        yield before, None
