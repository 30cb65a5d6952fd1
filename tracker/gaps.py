"""Frames in which a person was missed, filled in between two in which they were seen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracker.tracks import State, Tracks


def fill_gaps(
    tracks: Tracks, frame: NDArray[np.int64], time: NDArray[np.float64], max_gap_s: float
) -> Tracks:
    """Fill the frames between two observations of a person on a straight line.

    Parameters
    ----------
    tracks : Tracks
        The observations.
    frame, time : arrays, shape (frames,)
        All processed frames of the video, rising, and their seconds.
    max_gap_s : float
        Longest time between two observations that is filled, in seconds.

    Returns
    -------
    Tracks
        The same rows, and one of state ``INTERPOLATED`` for each filled frame: a keypoint seen on
        both sides goes straight from one place to the other, its score the lower one. Where no
        keypoint was seen on both sides there is nothing to fill.
    """
    order = np.lexsort((tracks.frame, tracks.track_id))
    before, after = order[:-1], order[1:]
    at = np.searchsorted(frame, tracks.frame)
    missing = at[after] - at[before] - 1
    apart = tracks.time[after] - tracks.time[before]
    open_gap = (tracks.track_id[before] == tracks.track_id[after]) & (apart <= max_gap_s)
    count = np.where(open_gap, np.maximum(missing, 0), 0)
    if not count.sum():
        return tracks
    start, end = np.repeat(before, count), np.repeat(after, count)
    within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    place = at[start] + 1 + within
    share = (time[place] - tracks.time[start]) / (tracks.time[end] - tracks.time[start])
    xy = tracks.xy[start] + share[:, None, None] * (tracks.xy[end] - tracks.xy[start])
    shown = np.isfinite(xy[..., 0]).any(1)
    if not shown.any():
        return tracks
    start, end, place, xy = start[shown], end[shown], place[shown], xy[shown]
    filled = {
        "frame": frame[place],
        "time": time[place],
        "track_id": tracks.track_id[start],
        "xy": xy.astype(np.float32),
        "score": np.minimum(tracks.score[start], tracks.score[end]),
        "state": np.full(len(place), State.INTERPOLATED, np.uint8),
    }
    columns = {name: np.concatenate([getattr(tracks, name), new]) for name, new in filled.items()}
    order = np.lexsort((columns["track_id"], columns["frame"]))
    ordered: dict[str, Any] = {name: column[order] for name, column in columns.items()}
    return replace(tracks, **ordered)
