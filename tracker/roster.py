"""The tracks that are alive: one row of arrays for each."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from tracker.anchors import standing_offsets
from tracker.matching import Array, Expected, Seen, likely_heights
from tracker.motion import Motion, MotionSettings
from tracker.poses import FloatArray
from tracker.skeleton import Skeleton

Index = NDArray[np.intp]
Mask = NDArray[np.bool_]


@dataclass
class Roster:
    """All tracks that are alive; every array has one entry per track.

    Parameters
    ----------
    motion : Motion
        Place, speed and height.
    offsets : float32 array, shape (tracks, keypoints, 2)
        Where each keypoint was last seen, from the neck, in heights.
    last : float64 array, shape (tracks, 2)
        Where the neck was last seen, in pixels.
    first_time, last_time : float64 array, shape (tracks,)
        When the person was seen first and last, in seconds.
    observations : int64 array, shape (tracks,)
        In how many frames.
    number : int64 array, shape (tracks,)
        Number of the track, rising by birth.
    confirmed : bool array, shape (tracks,)
        Whether it has an ID.
    """

    motion: Motion
    offsets: FloatArray
    last: Array
    first_time: Array
    last_time: Array
    observations: NDArray[np.int64]
    number: NDArray[np.int64]
    confirmed: Mask

    def __len__(self) -> int:
        """Count the tracks."""
        return len(self.number)

    @classmethod
    def started(
        cls,
        skeleton: Skeleton,
        seen: Seen,
        number: NDArray[np.int64],
        time: float,
        motion: MotionSettings,
    ) -> Roster:
        """Begin a track with each of these people; who lacks a keypoint is taken to stand."""
        standing = standing_offsets(skeleton)
        height = likely_heights(seen)
        neck = seen.anchor - height[:, None] * (seen.weights @ standing)
        offsets = np.repeat(standing[None], len(seen), axis=0)
        count = len(seen)
        roster = cls(
            Motion.start(neck, height, motion),
            offsets,
            neck,
            np.full(count, time),
            np.full(count, time),
            np.ones(count, np.int64),
            number,
            np.zeros(count, bool),
        )
        roster._remember(np.arange(count), seen)
        return roster

    @classmethod
    def empty(cls, skeleton: Skeleton) -> Roster:
        """Give a roster with nobody on it."""
        no_time, no_number = np.empty(0), np.empty(0, np.int64)
        return cls(
            Motion.none(),
            np.empty((0, len(skeleton), 2), np.float32),
            np.empty((0, 2)),
            no_time,
            no_time,
            no_number,
            no_number,
            np.empty(0, bool),
        )

    def expected(self) -> Expected:
        """Say where everybody is expected now."""
        return Expected(self.motion.place, self.last, self.motion.height, self.offsets)

    def extend(
        self, tracks: Index, seen: Seen, miss: Array, time: float, motion: MotionSettings
    ) -> None:
        """Take in the people matched with `tracks`, who were missed by `miss` pixels."""
        noise = 1 + motion.score_noise * (1 - seen.score)
        self.motion.correct(tracks, miss, seen.height, noise, motion)
        step_s = time - self.last_time[tracks]
        self._remember(tracks, seen, self._shape_share(tracks, step_s, motion))
        self.last_time[tracks] = time
        self.observations[tracks] += 1

    def keep(self, tracks: Mask) -> Roster:
        """Select tracks."""
        if tracks.all():
            return self
        rest = {name: getattr(self, name)[tracks] for name in _COLUMNS}
        return replace(self, motion=self.motion.keep(tracks), **rest)

    def join(self, other: Roster) -> Roster:
        """Put the tracks of two rosters one after the other."""
        pairs = {name: (getattr(self, name), getattr(other, name)) for name in _COLUMNS}
        rest = {name: np.concatenate(pair) for name, pair in pairs.items()}
        return replace(self, motion=self.motion.join(other.motion), **rest)

    def _shape_share(self, tracks: Index, step_s: Array, motion: MotionSettings) -> Array | None:
        """Say how much of what is seen goes into the pose: None for all of it.

        The first few sightings are averaged.
        """
        if not motion.shape_memory_s:
            return None
        share = 1 - np.exp(-step_s / motion.shape_memory_s)
        return np.asarray(np.maximum(share, 1 / (1 + self.observations[tracks])))

    def _remember(self, tracks: Index, seen: Seen, share: Array | None = None) -> None:
        """Keep the pose: each keypoint goes to where it is now, or a share of the way there."""
        place, height = self.motion.place[tracks], self.motion.height[tracks]
        now = (seen.xy - place[:, None]) / height[:, None, None]
        before = self.offsets[tracks]
        if share is not None:
            now = before + share[:, None, None] * (now - before)
        self.offsets[tracks] = np.where(np.isfinite(now), now, before)
        self.last[tracks] = place


_COLUMNS = tuple(field.name for field in fields(Roster) if field.name != "motion")
