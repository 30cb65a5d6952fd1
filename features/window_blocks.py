"""Windows of a long video, a stretch of time at a time: they overlap, so that all at once are many."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from features.windows import Windows, WindowSettings, cut_windows
from tracker.poses import State
from tracker.skeleton import Skeleton
from tracker.tracks import Tracks

#: Seconds of a person's windows that are cut at once: about a thousand windows.
BLOCK_S = 60.0
#: Blocks are shared between so many threads; numpy and LightGBM let all of them work.
_THREADS = 2

Found = TypeVar("Found")
Stretch = tuple[NDArray[np.intp], tuple[float, float]]


def map_window_blocks(
    work: Callable[[Windows], Found],
    tracks: Tracks,
    settings: WindowSettings,
    skeleton: Skeleton | None = None,
) -> list[Found]:
    """Do something with the windows that `cut_windows` cuts of the sightings, a person's minute at a time.

    Rows that tracking filled in between two sightings say nothing of what was done meanwhile: windows
    bridge short gaps themselves, and what is longer stays missing.

    Parameters
    ----------
    work : callable
        Takes windows of one person, never none of them; called from two threads at once.
    tracks : Tracks
        Everybody, at any frame rate, also a varying one.
    settings : WindowSettings
        Span, samples, stride and gaps.
    skeleton : Skeleton, optional
        The layout wanted; the tracks' own by default.

    Returns
    -------
    list
        What ``work`` gave, sorted by person, then time; only as many windows are held as are worked on.
    """

    def cut_and_work(stretch: Stretch) -> list[Found]:
        rows, between = stretch
        windows = cut_windows(tracks.rows(rows), settings, skeleton, between=between)
        return [work(windows)] if len(windows) else []

    with ThreadPoolExecutor(_THREADS) as pool:
        blocks = pool.map(cut_and_work, _stretches(tracks, settings))
        return [found for block in blocks for found in block]


def _stretches(tracks: Tracks, settings: WindowSettings) -> Iterator[Stretch]:
    """Give each person's minutes: the rows that their windows need, from when to when centres lie."""
    reach = settings.window_s + settings.max_gap_s
    seen = tracks.state != State.INTERPOLATED
    for person in np.unique(tracks.track_id[seen]).tolist():
        rows = np.flatnonzero(seen & (tracks.track_id == person))
        time = tracks.time[rows]
        for block in range(int(time[0] // BLOCK_S), int(time[-1] // BLOCK_S) + 1):
            between = block * BLOCK_S, (block + 1) * BLOCK_S
            first = int(np.searchsorted(time, between[0] - reach))
            last = int(np.searchsorted(time, between[1] + reach))
            if first == last and settings.min_seen > 0:
                continue
            # One row more on each side: the person's life goes on beyond the stretch.
            yield rows[max(first - 1, 0) : last + 1], between
