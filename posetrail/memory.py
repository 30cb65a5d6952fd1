"""Memory that was freed and yet stays with the process: what the C library (glibc) is told about it."""

from __future__ import annotations

import ctypes
import os
import sys
from typing import Any

#: glibc's number of the setting for how many heaps there may be (malloc.h).
_M_ARENA_MAX = -8


def share_one_heap() -> None:
    """Let all threads take memory from one heap; does nothing where the C library is not glibc.

    glibc gives threads heaps of their own. Pictures that one thread makes and another drops leave
    holes in all of them, 50 MB and more at 1080p (docs/decisions/0030-networks-and-engines.md).
    ``MALLOC_ARENA_MAX`` in the environment counts for more.
    """
    if "MALLOC_ARENA_MAX" not in os.environ:
        _tell("mallopt", _M_ARENA_MAX, 1)


def give_back() -> None:
    """Give what was freed back to the system; does nothing where the C library is not glibc."""
    _tell("malloc_trim", 0)


def _tell(name: str, *numbers: int) -> None:
    if sys.platform != "linux":
        return
    function: Any = getattr(ctypes.CDLL(None), name, None)
    if function is not None:
        function(*numbers)
