"""Poses that somebody else recorded: the detections, and the IDs they came with, if any."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tracker.poses import FloatArray, PoseTable
from tracker.skeleton import Skeleton

#: More frames than this in one file are taken for damage, not for a video (93 hours at 30 fps).
MOST_FRAMES = 10_000_000
#: No picture has a place so many pixels away; much larger numbers would be infinite in a table.
_FARTHEST = 1e9
#: So many digits every 64-bit integer has room for.
_MOST_DIGITS = 18


def parsed_json(text: str) -> Any:
    """Parse JSON from outside; a whole number too long for a table's column becomes a float.

    Raises
    ------
    json.JSONDecodeError
        If the text is no JSON.
    RecursionError
        If it is nested too deeply.
    """
    return json.loads(text, parse_int=_whole)


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) <= _MOST_DIGITS else float(digits)


def all_plausible(values: ArrayLike) -> bool:
    """Tell whether numbers from outside can be places and scores: finite, and no damage by their size."""
    return bool((np.abs(np.asarray(values, np.float64)) <= _FARTHEST).all())


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
