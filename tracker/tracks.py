"""The table of a whole video: who is where, frame by frame."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracker.poses import FloatArray, State, check_keypoints
from tracker.skeleton import Skeleton

__all__ = ["State", "Tracks"]


@dataclass(frozen=True)
class Tracks:
    """Every person in every frame, with IDs; rows are sorted by frame, then ID.

    Parameters
    ----------
    skeleton : Skeleton
        The layout of the keypoints.
    frame : int64 array, shape (rows,)
        0-based number of the frame in the source.
    time : float64 array, shape (rows,)
        Seconds since the source's first frame.
    track_id : int64 array, shape (rows,)
        The person's ID, counted from 1.
    xy : float32 array, shape (rows, keypoints, 2)
        Pixels of the upright image, NaN where missing.
    score : float32 array, shape (rows, keypoints)
        Confidence from 0 to 1, NaN where missing.
    state : uint8 array, shape (rows,)
        What the row is: a value of `State`.
    provenance : mapping, optional
        How the table came to be (version, source, parameters); travels with the files.

    Raises
    ------
    ValueError
        If lengths disagree, rows are not sorted, or a person stands twice in a frame.
    """

    skeleton: Skeleton
    frame: NDArray[np.int64]
    time: NDArray[np.float64]
    track_id: NDArray[np.int64]
    xy: FloatArray
    score: FloatArray
    state: NDArray[np.uint8]
    provenance: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_keypoints(self.skeleton, self.xy, self.score)
        lengths = {
            len(self.frame),
            len(self.time),
            len(self.track_id),
            len(self.xy),
            len(self.state),
        }
        if len(lengths) != 1:
            raise ValueError(f"columns of Tracks must have one length, found {sorted(lengths)}")
        before, after = slice(None, -1), slice(1, None)
        same = self.frame[after] == self.frame[before]
        same &= self.track_id[after] <= self.track_id[before]
        if same.any() or (self.frame[after] < self.frame[before]).any():
            raise ValueError(
                "rows of Tracks must rise by frame, then ID, one row per person and frame"
            )
        if (self.track_id < 1).any():
            raise ValueError("track IDs count from 1")

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.frame)

    @property
    def ids(self) -> list[int]:
        """The IDs there are, rising."""
        return [int(i) for i in np.unique(self.track_id)]

    @property
    def names(self) -> dict[int, str]:
        """The names that a user gave people, by ID."""
        return {int(person): name for person, name in self.provenance.get("names", {}).items()}

    def rows(self, keep: NDArray[np.bool_] | NDArray[np.intp] | slice) -> Tracks:
        """Select rows by mask, rising index or slice."""
        return Tracks(
            self.skeleton,
            self.frame[keep],
            self.time[keep],
            self.track_id[keep],
            self.xy[keep],
            self.score[keep],
            self.state[keep],
            self.provenance,
        )

    def person(self, track_id: int) -> Tracks:
        """Give the rows of one person, in time order."""
        return self.rows(self.track_id == track_id)

    def sightings(self) -> Tracks:
        """Give the rows in which somebody was seen, without those filled in between two of them."""
        return self.rows(self.state != State.INTERPOLATED)

    @classmethod
    def empty(cls, skeleton: Skeleton) -> Tracks:
        """Give a table without anybody."""
        return cls(
            skeleton,
            np.empty(0, np.int64),
            np.empty(0, np.float64),
            np.empty(0, np.int64),
            np.empty((0, len(skeleton), 2), np.float32),
            np.empty((0, len(skeleton)), np.float32),
            np.empty(0, np.uint8),
        )
