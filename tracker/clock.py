"""Times as people write them: ``12.4``, ``12,4``, ``0:12`` or ``1:02:12.4``."""

from __future__ import annotations

import math
import re

_CLOCK = re.compile(r"(?:(\d+):)?(\d+):(\d+(?:[.,]\d*)?)")


def seconds_of(text: str) -> float:
    """Read a time in seconds, or in minutes or hours with colons.

    Raises
    ------
    ValueError
        If it is no finite time.
    """
    clock = _CLOCK.fullmatch(text.strip())
    parts = [clock[1] or "0", clock[2], clock[3]] if clock else ["0", "0", text]
    hours, minutes, rest = (float(part.replace(",", ".")) for part in parts)
    value = 3600 * hours + 60 * minutes + rest
    if not math.isfinite(value):
        raise ValueError(f"{text!r} is no finite time")
    return value
