"""How far a fetch is, told to whoever reports progress."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posetrail.progress import Reporter

if TYPE_CHECKING:
    from tracker.fetching import Progress

#: Bars count in thousands of bytes: people read 7,334 kB more easily than 7334147.
UNIT = 1000


def fetch_progress(reporter: Reporter, name: str) -> Progress:
    """Make the function that a fetch calls from a reporter; the stage begins with the first bytes.

    Parameters
    ----------
    reporter : Reporter
        Is told how far the fetch is.
    name : str
        The network's name.
    """
    told: int | None = None

    def progress(done: int, total: int | None) -> None:
        nonlocal told
        if told is None:
            reporter.stage(f"fetching {name} (kB)", None if total is None else total // UNIT)
            told = 0
        reporter.advance(done // UNIT - told)
        told = done // UNIT

    return progress
