"""From one keypoint layout to another: common joints carried over, neck and hips derived."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tracker.errors import UsageError
from tracker.skeleton import Skeleton

FloatArray = NDArray[np.float32]

#: The joints that all our action data has: a head point and the twelve of arms and legs.
ACTION13 = Skeleton(
    "action13",
    (
        *("nose", "right_shoulder", "right_elbow", "right_wrist"),
        *("left_shoulder", "left_elbow", "left_wrist"),
        *("right_hip", "right_knee", "right_ankle"),
        *("left_hip", "left_knee", "left_ankle"),
    ),
    (),
    ((1, 2), (2, 3), (4, 5), (5, 6), (1, 4), (7, 8), (8, 9), (10, 11), (11, 12), (7, 10)),
)
#: Joints that stand in for each other (a head point is a nose point to a classifier).
_STAND_INS = {"nose": "head", "head": "nose"}
#: Joints that are the middle of two others.
_MIDDLES = {
    "neck": ("left_shoulder", "right_shoulder"),
    "mid_hip": ("left_hip", "right_hip"),
}


def convert_joints(xy: FloatArray, source: Skeleton, target: Skeleton) -> FloatArray:
    """Carry keypoints from one layout over to another.

    Parameters
    ----------
    xy : float32 array, shape (..., source keypoints, 2)
        Places, NaN where missing.
    source, target : Skeleton
        The layouts.

    Returns
    -------
    float32 array, shape (..., target keypoints, 2)
        A joint that the source lacks is derived (the neck is the middle of the shoulders, the
        middle hip that of the hips, head and nose stand in for each other).

    Raises
    ------
    UsageError
        If a joint of the target can be neither found nor derived.
    """
    if source.keypoints == target.keypoints:
        return xy
    columns = [_joint(xy, source, name) for name in target.keypoints]
    return np.stack(columns, axis=-2)


def missing_joints(source: Skeleton, target: Skeleton) -> list[str]:
    """List the joints of ``target`` that ``source`` neither has nor lets derive."""
    return [name for name in target.keypoints if not _sources_of(source, name)]


def _sources_of(source: Skeleton, name: str) -> tuple[str, ...]:
    stand_in = _STAND_INS.get(name, name)
    choices = ((name,), (stand_in,), _MIDDLES.get(name, (name,)))
    known = (names for names in choices if all(source.has(each) for each in names))
    return next(known, ())


def _joint(xy: FloatArray, source: Skeleton, name: str) -> FloatArray:
    names = _sources_of(source, name)
    if not names:
        raise UsageError(
            f"Skeleton {source.name} has no {name}, which the action model needs.",
            hint="Use a pose network with this joint or another action model.",
        )
    places = [xy[..., source.index(each), :] for each in names]
    total: FloatArray = sum(places[1:], places[0])
    return total / np.float32(len(places))
