"""Poses that somebody else recorded: the detections, and the IDs they came with, if any."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.poses import FloatArray, PoseTable
from tracker.skeleton import Skeleton

#: More frames than this in one file are taken for damage, not for a video (93 hours at 30 fps).
MOST_FRAMES = 10_000_000


@dataclass(frozen=True)
class Recorded:
    """What a file of recorded poses holds.

    Parameters
    ----------
    table : PoseTable
        Every detection.
    ids : int64 array, shape (detections,)
        The ID that each came with; 0 for none.
    """

    table: PoseTable
    ids: NDArray[np.int64]

    def __post_init__(self) -> None:
        if self.ids.shape != (len(self.table.xy),):
            raise ValueError(f"expected {len(self.table.xy)} IDs, found {self.ids.shape}")


def recorded(
    skeleton: Skeleton,
    frame: NDArray[np.int64],
    rate: float,
    frames: int,
    xy: FloatArray,
    score: FloatArray,
    ids: NDArray[np.int64],
) -> Recorded:
    """Make the table of detections that stand in any order, every frame of the video in it.

    Parameters
    ----------
    skeleton : Skeleton
        The layout of the keypoints.
    frame : int64 array, shape (detections,)
        0-based frame of each detection.
    rate : float
        Frames per second.
    frames : int
        How many frames the video has, empty ones included.
    xy : float32 array, shape (detections, keypoints, 2)
        Pixels, NaN where missing.
    score : float32 array, shape (detections, keypoints)
        Confidence, NaN where missing.
    ids : int64 array, shape (detections,)
        The ID that each came with; 0 for none.
    """
    order = np.argsort(frame, kind="stable")
    numbers = np.arange(frames, dtype=np.int64)
    count = np.bincount(frame, minlength=frames).astype(np.int64)
    table = PoseTable(skeleton, numbers, numbers / rate, count, xy[order], score[order])
    return Recorded(table, ids[order])
