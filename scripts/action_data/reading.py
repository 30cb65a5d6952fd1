"""Reading what others laid out: a file that cannot be read is told and left out, the others are read."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from tracker.errors import FormatError

Item = TypeVar("Item")
Read = TypeVar("Read")
#: What damaged or foreign content raises in pandas, numpy and scipy, and in the checks of `Tracks`.
UNREADABLE = (
    OSError,
    EOFError,
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    NotImplementedError,
)
_NAMED = 5


def each_read(
    items: Iterable[Item], read: Callable[[Item], Read], where: Path, expected: str
) -> list[Read]:
    """Read items one by one; those that cannot be read are named on standard error and counted.

    Parameters
    ----------
    items : iterable
        Files, or anything whose text says which it is.
    read : callable
        Reads one.
    where : Path
        The collection, for the message.
    expected : str
        What it should hold.

    Returns
    -------
    list
        What was read, in order.

    Raises
    ------
    FormatError
        If nothing could be read.
    """
    found: list[Read] = []
    skipped, first = 0, ""
    for item in items:
        try:
            found.append(read(item))
        except UNREADABLE as error:
            skipped += 1
            first = first or f" ({item}: {reason(error)})"
            if skipped <= _NAMED:
                print(f"skipped {item}: {reason(error)}", file=sys.stderr)
    if skipped:
        print(f"skipped {skipped} of {skipped + len(found)} in {where}", file=sys.stderr)
    if not found:
        raise FormatError(f"{where} should hold {expected}, found none that can be read{first}.")
    return found


def unreadable(where: Path, expected: str, error: BaseException) -> FormatError:
    """Say on one line what a file or folder should have been."""
    return FormatError(f"{where} should hold {expected}: {reason(error)}.")


def reason(error: BaseException) -> str:
    """Give the first line of an error; a lone key is a column that is missing."""
    if type(error) is KeyError:
        return f"no column {error}" if len(str(error)) < 80 else "columns are missing"
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
