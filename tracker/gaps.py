"""Frames in which a person was missed, filled in between two in which they were seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.poses import FloatArray
from tracker.tracks import Tracks


@dataclass(frozen=True)
class Gaps:
    """What is to be filled in: one entry for each frame in which somebody was missed.

    Parameters
    ----------
    before, after : int64 array, shape (filled,)
        The observations on both sides, as rows of the table that the gaps were found in.
    share : float64 array, shape (filled,)
        How far the frame is from the one to the other, from 0 to 1.
    frame : int64 array, shape (filled,)
        Its number in the source.
    time : float64 array, shape (filled,)
        Its seconds.
    """

    before: NDArray[np.int64]
    after: NDArray[np.int64]
    share: NDArray[np.float64]
    frame: NDArray[np.int64]
    time: NDArray[np.float64]

    def __len__(self) -> int:
        """Count the frames to fill in."""
        return len(self.before)

    def __getitem__(self, chosen: NDArray[np.bool_] | NDArray[np.intp] | slice) -> Gaps:
        """Select entries by mask, index or slice."""
        return Gaps(
            self.before[chosen],
            self.after[chosen],
            self.share[chosen],
            self.frame[chosen],
            self.time[chosen],
        )

    @classmethod
    def none(cls) -> Gaps:
        """Give nothing to fill in."""
        nothing, no_times = np.empty(0, np.int64), np.empty(0, np.float64)
        return cls(nothing, nothing, no_times, nothing, no_times)

    def places(self, xy: FloatArray) -> FloatArray:
        """Give the keypoints on the straight lines, float32 (filled, keypoints, 2).

        A keypoint that was seen on both sides goes straight from one place to the other.

        Parameters
        ----------
        xy : float32 array, shape (rows, keypoints, 2)
            The keypoints of the table that the gaps were found in.
        """
        start = xy[self.before]
        between: FloatArray = start + self.share[:, None, None] * (xy[self.after] - start)
        return between.astype(np.float32)

    def scores(self, score: FloatArray) -> FloatArray:
        """Give the scores of the filled keypoints, the lower of both sides; (filled, keypoints)."""
        lower: FloatArray = np.minimum(score[self.before], score[self.after])
        return lower


def find_gaps(
    tracks: Tracks,
    ids: NDArray[np.int64],
    frame: NDArray[np.int64],
    time: NDArray[np.float64],
    max_gap_s: float,
) -> Gaps:
    """Find the frames between two observations of a person that can be filled on a straight line.

    Parameters
    ----------
    tracks : Tracks
        The observations.
    ids : int64 array, shape (rows,)
        The ID that each row has by now, which need not be the table's; 0 for nobody.
    frame, time : arrays, shape (frames,)
        All processed frames of the video, rising, and their seconds.
    max_gap_s : float
        Longest time between two observations that is filled, in seconds.

    Returns
    -------
    Gaps
        The frames of one gap after the other. Where no keypoint was seen on both sides there is
        nothing to fill.
    """
    order = np.lexsort((tracks.frame, ids))
    order = order[ids[order] > 0]
    before, after = order[:-1], order[1:]
    at = np.searchsorted(frame, tracks.frame)
    near = (ids[before] == ids[after]) & (at[after] - at[before] > 1)
    near &= tracks.time[after] - tracks.time[before] <= max_gap_s
    before, after = before[near], after[near]
    count = at[after] - at[before] - 1
    start, end = np.repeat(before, count), np.repeat(after, count)
    within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    place = at[start] + 1 + within
    share = (time[place] - tracks.time[start]) / (tracks.time[end] - tracks.time[start])
    seen = np.isfinite(tracks.score[start]) & np.isfinite(tracks.score[end])
    return Gaps(start, end, share, frame[place], time[place])[np.asarray(seen.any(1))]
