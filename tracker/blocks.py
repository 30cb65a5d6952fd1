"""Work on long tables block by block, so that what is computed on the way never grows with the video."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Rows that are worked on at once: bounds the memory, hardly changes the speed.
BLOCK_ROWS = 8192


def blocks(rows: int) -> Iterator[slice]:
    """Cut a number of rows into blocks; no rows are one empty block."""
    for start in range(0, max(rows, 1), BLOCK_ROWS):
        yield slice(start, min(start + BLOCK_ROWS, rows))


def in_blocks(work: Callable[..., NDArray[Any]], *columns: NDArray[Any]) -> NDArray[Any]:
    """Apply a function that takes rows and gives one row for each, and stack what it gives.

    Parameters
    ----------
    work : callable
        Takes a block of each column.
    *columns : array
        Of one length.
    """
    rows = len(columns[0])
    return np.concatenate([work(*(column[block] for column in columns)) for block in blocks(rows)])
