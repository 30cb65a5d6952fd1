"""Windows of a long video, a stretch of time at a time: they overlap, so that all at once are many."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from features.windows import Windows, WindowSettings, cut_windows
from tracker.poses import State
from tracker.skeleton import Skeleton
from tracker.tracks import Tracks

#: Seconds of a person's windows that are cut at once: about a thousand windows.
BLOCK_S = 60.0


def window_blocks(
    tracks: Tracks, settings: WindowSettings, skeleton: Skeleton | None = None
) -> Iterator[Windows]:
    """Cut the windows that `cut_windows` cuts of the sightings, person by person, a minute at a time.

    Rows that tracking filled in between two sightings say nothing of what was done meanwhile: windows
    bridge short gaps themselves, and what is longer stays missing.

    Parameters
    ----------
    tracks : Tracks
        Everybody, at any frame rate, also a varying one.
    settings : WindowSettings
        Span, samples, stride and gaps.
    skeleton : Skeleton, optional
        The layout wanted; the tracks' own by default.

    Yields
    ------
    Windows
        Never none; together sorted by person, then time.
    """
    reach = settings.window_s + settings.max_gap_s
    seen = tracks.state != State.INTERPOLATED
    for person in np.unique(tracks.track_id[seen]).tolist():
        rows = np.flatnonzero(seen & (tracks.track_id == person))
        time = tracks.time[rows]
        for block in range(int(time[0] // BLOCK_S), int(time[-1] // BLOCK_S) + 1):
            stretch = block * BLOCK_S, (block + 1) * BLOCK_S
            first = int(np.searchsorted(time, stretch[0] - reach))
            last = int(np.searchsorted(time, stretch[1] + reach))
            if first == last and settings.min_seen > 0:
                continue
            # One row more on each side: the person's life goes on beyond the stretch.
            near = tracks.rows(rows[max(first - 1, 0) : last + 1])
            windows = cut_windows(near, settings, skeleton, between=stretch)
            if len(windows):
                yield windows
