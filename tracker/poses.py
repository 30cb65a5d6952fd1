"""Everybody in one frame, and everybody in every frame: arrays with names, checked at birth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tracker.blocks import BLOCK_ROWS, blocks
from tracker.skeleton import Skeleton

FloatArray = NDArray[np.float32]


class State(IntEnum):
    """How somebody's keypoints in a frame came to be."""

    OBSERVED = 0
    """The network saw the person in this frame."""
    INTERPOLATED = 1
    """Filled in between two observations of the same person."""
    FLOW = 2
    """Carried from a neighbouring frame by optical flow."""


@dataclass(frozen=True)
class Frame:
    """One upright picture of a source.

    Parameters
    ----------
    index : int
        0-based number of the frame in the source.
    time : float
        Seconds since the source's first frame, from the container's own timestamps.
    image : uint8 array, shape (height, width, 3)
        Blue, green, red; the origin is the top left corner.
    """

    index: int
    time: float
    image: NDArray[np.uint8]


@dataclass(frozen=True)
class Poses:
    """Everybody in one frame, without IDs.

    Parameters
    ----------
    skeleton : Skeleton
        The layout of the keypoints.
    xy : float32 array, shape (people, keypoints, 2)
        Pixels of the upright image; NaN where a keypoint was not found.
    score : float32 array, shape (people, keypoints)
        Confidence from 0 to 1 (not calibrated); NaN where a keypoint was not found.
    state : State
        Whether the network saw these people, or they were carried here by optical flow.

    Raises
    ------
    ValueError
        If a shape is not the skeleton's, a keypoint is half missing or anything is infinite.
    """

    skeleton: Skeleton
    xy: FloatArray
    score: FloatArray
    state: State = State.OBSERVED

    def __post_init__(self) -> None:
        check_keypoints(self.skeleton, self.xy, self.score)

    def __len__(self) -> int:
        """Count the people."""
        return len(self.xy)

    def __getitem__(self, people: NDArray[np.intp] | NDArray[np.bool_] | slice) -> Poses:
        """Select people by index, mask or slice."""
        return Poses(self.skeleton, self.xy[people], self.score[people], self.state)

    @property
    def seen(self) -> NDArray[np.bool_]:
        """Which keypoints were found, shape (people, keypoints)."""
        return np.isfinite(self.score)

    @classmethod
    def empty(cls, skeleton: Skeleton) -> Poses:
        """Give the poses of a frame with nobody in it."""
        return cls(
            skeleton,
            np.empty((0, len(skeleton), 2), np.float32),
            np.empty((0, len(skeleton)), np.float32),
        )


class Detections(Protocol):
    """Every detection of a video, in memory (`PoseTable`) or in a file, read block by block."""

    @property
    def skeleton(self) -> Skeleton:
        """The layout of the keypoints."""

    @property
    def frame(self) -> NDArray[np.int64]:
        """Numbers of the processed frames in the source, rising, shape (frames,)."""

    @property
    def time(self) -> NDArray[np.float64]:
        """Seconds of each processed frame, rising, shape (frames,)."""

    @property
    def count(self) -> NDArray[np.int64]:
        """People found in each processed frame, shape (frames,)."""

    @property
    def state(self) -> NDArray[np.uint8]:
        """How the people of each processed frame came to be, a `State`, shape (frames,)."""

    def blocks(self) -> Iterator[PoseTable]:
        """Give the detections in pieces of whole frames, in order."""


@dataclass(frozen=True)
class PoseTable:
    """Every detection of a video, without IDs: the network's work, stored before anything else.

    Parameters
    ----------
    skeleton : Skeleton
        The layout of the keypoints.
    frame : int64 array, shape (frames,)
        Numbers of the processed frames in the source, rising.
    time : float64 array, shape (frames,)
        Seconds of each processed frame, rising.
    count : int64 array, shape (frames,)
        People found in each processed frame.
    xy : float32 array, shape (detections, keypoints, 2)
        All detections, frame after frame; pixels, NaN where not found.
    score : float32 array, shape (detections, keypoints)
        Confidence from 0 to 1; NaN where not found.
    state : uint8 array, shape (frames,)
        How the people of each processed frame came to be, a value of `State`; all of them were
        observed where it is left out.

    Raises
    ------
    ValueError
        If lengths disagree or frames or times do not rise.
    """

    skeleton: Skeleton
    frame: NDArray[np.int64]
    time: NDArray[np.float64]
    count: NDArray[np.int64]
    xy: FloatArray
    score: FloatArray
    state: NDArray[np.uint8] = field(default_factory=lambda: np.empty(0, np.uint8))

    def __post_init__(self) -> None:
        check_keypoints(self.skeleton, self.xy, self.score)
        if not len(self.state):
            object.__setattr__(self, "state", np.full(len(self.frame), State.OBSERVED, np.uint8))
        if not len(self.frame) == len(self.time) == len(self.count) == len(self.state):
            raise ValueError(
                "frame, time, count and state of a PoseTable must have one entry per frame"
            )
        if (np.diff(self.frame) <= 0).any() or not (np.diff(self.time) > 0).all():
            raise ValueError("frames and times of a PoseTable must rise")
        if self.count.sum() != len(self.xy):
            raise ValueError(f"counts add up to {self.count.sum()}, detections are {len(self.xy)}")

    def __len__(self) -> int:
        """Count the processed frames."""
        return len(self.frame)

    def __iter__(self) -> Iterator[tuple[int, float, Poses]]:
        """Walk through the frames: number in the source, seconds, everybody in it."""
        ends = np.cumsum(self.count)
        for i, (frame, time, state) in enumerate(
            zip(self.frame.tolist(), self.time.tolist(), self.state.tolist(), strict=True)
        ):
            people = slice(ends[i] - self.count[i], ends[i])
            poses = Poses(self.skeleton, self.xy[people], self.score[people], State(state))
            yield frame, time, poses

    def blocks(self) -> Iterator[PoseTable]:
        """Give the table in pieces of whole frames that share its memory."""
        first, rows = 0, np.cumsum(self.count)
        while first < len(self):
            done = rows[first - 1] if first else 0
            last = max(int(np.searchsorted(rows, done + BLOCK_ROWS, "right")), first + 1)
            last = min(last, first + BLOCK_ROWS)
            yield self.part(first, last)
            first = last

    def part(self, first: int, last: int) -> PoseTable:
        """Give some of the frames, by their place in the table; shares its memory."""
        frames = slice(first, last)
        start = int(self.count[:first].sum())
        rows = slice(start, start + int(self.count[frames].sum()))
        return PoseTable(
            self.skeleton,
            self.frame[frames],
            self.time[frames],
            self.count[frames],
            self.xy[rows],
            self.score[rows],
            self.state[frames],
        )

    @property
    def row_frame(self) -> NDArray[np.int64]:
        """Frame number of each detection, shape (detections,)."""
        return np.repeat(self.frame, self.count)

    @classmethod
    def collect(cls, skeleton: Skeleton, frames: Iterable[tuple[int, float, Poses]]) -> PoseTable:
        """Stack the poses of single frames (frame number, seconds, poses) into a table."""
        rows = list(frames)
        people = [Poses.empty(skeleton), *(poses for _, _, poses in rows)]
        return cls(
            skeleton,
            np.array([frame for frame, _, _ in rows], np.int64),
            np.array([time for _, time, _ in rows], np.float64),
            np.array([len(poses) for _, _, poses in rows], np.int64),
            np.concatenate([poses.xy for poses in people]),
            np.concatenate([poses.score for poses in people]),
            np.array([poses.state for _, _, poses in rows], np.uint8),
        )


def check_keypoints(skeleton: Skeleton, xy: FloatArray, score: FloatArray) -> None:
    """Check that keypoint arrays belong to a skeleton.

    Raises
    ------
    ValueError
        If a shape is not (rows, keypoints, 2) and (rows, keypoints), a keypoint has a place and
        no score or a score and no place, or anything is infinite.
    """
    expected = (len(xy), len(skeleton), 2)
    if xy.shape != expected or score.shape != expected[:2]:
        raise ValueError(
            f"expected xy {expected} and score {expected[:2]} for skeleton {skeleton.name}, "
            f"found {xy.shape} and {score.shape}"
        )
    for rows in blocks(len(xy)):
        missing = np.isnan(score[rows])[..., None]
        if (np.isnan(xy[rows]) != missing).any():
            raise ValueError("a keypoint must have x, y and score, or none of them (NaN)")
        if np.isinf(xy[rows]).any() or np.isinf(score[rows]).any():
            raise ValueError("expected finite places and scores (NaN where missing), found inf")
