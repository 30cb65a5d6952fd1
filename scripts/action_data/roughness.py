"""What detectors and cameras do to a body: noise, joints that are not seen, another view and speed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from classifiers.recordings import one_person
from features.body_scale import body_scale
from features.joints import ACTION13, convert_joints
from tracker.tracks import Tracks

Array = NDArray[np.float64]

RATE = 30.0
_SIDES = ("right", "left")
#: Joints that are hidden together.
_HIDDEN = (
    ("nose",),
    *((f"{side}_{joint}",) for side in _SIDES for joint in ("wrist", "ankle")),
    *(
        (f"{side}_{a}", f"{side}_{b}")
        for side in _SIDES
        for a, b in (("elbow", "wrist"), ("knee", "ankle"))
    ),
    tuple(f"{side}_ankle" for side in _SIDES),
    tuple(f"{side}_{joint}" for side in _SIDES for joint in ("knee", "ankle")),
)
_HIDES, _LOSES = 0.5, 0.15
_UNKNOWN_SIZE_PX = 50.0


def detected(xy: Array, torso_px: float, rng: np.random.Generator) -> Array:
    """Add noise, each joint's own offset, and joints that are not seen; shape (frames, 13, 2)."""
    rough = xy + rng.normal(0, 0.033, xy.shape) * torso_px
    rough += rng.normal(0, 0.025, xy.shape[1:]) * torso_px
    rough[(rng.random((1, xy.shape[1])) < 0.04) | (rng.random(xy.shape[:2]) < 0.05)] = np.nan
    return rough


def roughened(tracks: Tracks, rng: np.random.Generator) -> Tracks:
    """See the person who is there longest once more: worse, from a slightly other camera, at another speed.

    Parameters
    ----------
    tracks : Tracks
        Of one clip, not empty.
    rng : numpy.random.Generator
        What is drawn from.

    Returns
    -------
    Tracks
        One person of the thirteen joints.
    """
    people, rows = np.unique(tracks.track_id, return_counts=True)
    own = tracks.track_id == people[rows.argmax()]
    xy = convert_joints(tracks.xy[own], tracks.skeleton, ACTION13).astype(np.float64)
    scale = float(body_scale(xy[None], ACTION13)[0])
    xy = detected(_seen_otherwise(xy, rng), scale if np.isfinite(scale) else _UNKNOWN_SIZE_PX, rng)
    _hide(xy, rng)
    time = (tracks.time[own] - tracks.time[own][0]) * rng.uniform(0.8, 1.25)
    frame = np.round(time * RATE).astype(np.int64)
    kept = np.diff(frame, prepend=-1) > 0
    return one_person(ACTION13, xy[kept].astype(np.float32), RATE, frame=frame[kept])


def _seen_otherwise(xy: Array, rng: np.random.Generator) -> Array:
    """Turn the picture a little, stretch it, and mirror half of them."""
    turn = np.radians(rng.normal(0, 5))
    rotation = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    seen: Array = xy @ rotation * (rng.uniform(0.85, 1.18) * rng.choice([-1, 1]), 1.0)
    return seen


def _hide(xy: Array, rng: np.random.Generator) -> None:
    """Hide limbs for a while, and sometimes everything for a moment."""
    if rng.random() < _HIDES:
        for _ in range(int(rng.integers(1, 3))):
            joints = [ACTION13.index(name) for name in _HIDDEN[rng.integers(len(_HIDDEN))]]
            start, end = np.sort(rng.integers(0, len(xy) + 1, 2))
            xy[start:end, joints] = np.nan
    if rng.random() < _LOSES:
        start = int(rng.integers(0, len(xy)))
        xy[start : start + int(rng.integers(3, 20))] = np.nan
