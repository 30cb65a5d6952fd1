"""Labelled recordings: what classifiers learn from and are judged on."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from classifiers.actions import Action
from tracker.skeleton import Skeleton
from tracker.tracks import State, Tracks

FloatArray = NDArray[np.float32]
Hand = Literal["right", "left"]


@dataclass(frozen=True)
class Recording:
    """People through one video or clip, and what they did.

    Parameters
    ----------
    source : str
        The collection that it belongs to.
    name : str
        Its name there.
    group : str
        What must not be split between learning and judging: match, video or person.
    tracks : Tracks
        The people.
    labels : tuple of Action
        What they did.
    hand : {"right", "left"}, optional
        The people's hand, where it is known and matters.
    origins : tuple of str, optional
        Hashes of what it was made of, the video's first; recordings of one video share the first.
    """

    source: str
    name: str
    group: str
    tracks: Tracks
    labels: tuple[Action, ...]
    hand: Hand = "right"
    origins: tuple[str, ...] = ()

    @cached_property
    def digest(self) -> str:
        """First 16 characters of the sha256 of the keypoints; says whether a model has seen them."""
        keypoints = np.ascontiguousarray(self.tracks.xy, "<f4").tobytes()
        return hashlib.sha256(keypoints).hexdigest()[:16]


def one_person(
    skeleton: Skeleton,
    xy: FloatArray,
    rate: float,
    *,
    frame: NDArray[np.int64] | None = None,
    score: FloatArray | None = None,
) -> Tracks:
    """Make tracks of one person's keypoint table.

    Parameters
    ----------
    skeleton : Skeleton
        The layout of the keypoints.
    xy : float array, shape (frames, keypoints, 2)
        Places in units with square pixels; NaN where missing.
    rate : float
        Frames per second.
    frame : int64 array, shape (frames,), optional
        Frame numbers where the table skips some.
    score : float array, shape (frames, keypoints), optional
        Confidence; 1 by default.

    Returns
    -------
    Tracks
        Person 1 in every row.
    """
    rows = len(xy)
    frames = np.arange(rows) if frame is None else frame
    scores = np.ones(xy.shape[:2], np.float32) if score is None else score
    seen = np.asarray(np.isfinite(xy).all(axis=2))
    return Tracks(
        skeleton,
        frames.astype(np.int64),
        frames / rate,
        np.ones(rows, np.int64),
        np.where(seen[..., None], xy, np.nan).astype(np.float32),
        np.where(seen, scores, np.nan).astype(np.float32),
        np.full(rows, State.OBSERVED, np.uint8),
    )


def whole_clip(tracks: Tracks, label: str) -> tuple[Action, ...]:
    """Label everything that the one person of a clip does."""
    start, end = float(tracks.time[0]), float(tracks.time[-1])
    frames = (int(tracks.frame[0]), int(tracks.frame[-1]))
    return (Action(1, start, end, float("nan"), label, float("nan"), *frames),)


def labelled_runs(tracks: Tracks, labels: Sequence[str]) -> tuple[Action, ...]:
    """Turn a label per row of one person into intervals; an empty label is none."""
    names = np.asarray(labels)
    edges = np.flatnonzero(names[1:] != names[:-1]) + 1
    starts, ends = np.r_[0, edges], np.r_[edges, len(names)] - 1
    return tuple(
        Action(
            int(tracks.track_id[start]),
            float(tracks.time[start]),
            float(tracks.time[end]),
            float("nan"),
            str(names[start]),
            float("nan"),
            int(tracks.frame[start]),
            int(tracks.frame[end]),
        )
        for start, end in zip(starts, ends, strict=True)
        if names[start]
    )
