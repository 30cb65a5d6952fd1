"""How large a body is in the picture, whatever its posture: the longest of its parts tell."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from tracker.skeleton import Skeleton

Array = NDArray[np.float64]
Floating = TypeVar("Floating", bound=np.floating)

#: Length of each part against the torso (neck to middle of the hips) of a usual adult
#: (Drillis and Contini's segment lengths, Winter 2009, figure 4.1, rounded).
_THIGH, _SHANK, _SHOULDERS = 0.85, 0.82, 0.75
#: A part's length is that of the moments in which it is seen nearly from the side.
_LONG_SHARE = 0.75
#: Of six parts the four longest count: a part that points at the camera is short.
_PARTS = 4
#: No part looks longer than it is, but for noise, build and a near camera: where most of the body points
#: at the camera (push-ups seen from the front), the longest part alone gives so much of the scale.
_LONGEST_SHARE = 0.85


def body_scale(xy: Array, skeleton: Skeleton) -> Array:
    """Estimate the length that a torso would have seen from the side.

    Parameters
    ----------
    xy : float64 array, shape (windows, samples, keypoints, 2)
        Pixels, NaN where missing.
    skeleton : Skeleton
        A layout with shoulders, hips, knees and ankles.

    Returns
    -------
    float64 array, shape (windows,)
        Pixels; NaN where nothing can be measured.
    """
    shoulders = [point(xy, skeleton, f"{side}_shoulder") for side in ("right", "left")]
    parts = [
        _length(middle(xy, skeleton, "shoulder"), middle(xy, skeleton, "hip")),
        _length(*shoulders) / _SHOULDERS,
    ]
    for side in ("right", "left"):
        hip, knee, ankle = (point(xy, skeleton, f"{side}_{j}") for j in ("hip", "knee", "ankle"))
        parts += [_length(hip, knee) / _THIGH, _length(knee, ankle) / _SHANK]
    # All parts at once: of a live video's few windows each call takes longer than what it measures.
    long = quantile(np.concatenate(parts), _LONG_SHARE).reshape(len(parts), len(xy)).T
    longest = np.sort(-long, axis=1)
    scale = np.fmax(-quantile(longest[:, :_PARTS], 0.5), -_LONGEST_SHARE * longest[:, 0])
    return np.where(scale > 0, scale, np.nan)


def point(xy: NDArray[Floating], skeleton: Skeleton, joint: str) -> NDArray[Floating]:
    """Take one joint's places."""
    return xy[..., skeleton.index(joint), :]


def middle(xy: NDArray[Floating], skeleton: Skeleton, joint: str) -> NDArray[Floating]:
    """Take the middle of a joint's two sides, or the side that is seen."""
    right = point(xy, skeleton, f"right_{joint}")
    left = point(xy, skeleton, f"left_{joint}")
    one_side = np.where(np.isfinite(right), right, left)
    both = (right + left) / xy.dtype.type(2)
    return np.where(np.isfinite(both), both, one_side)


def quantile(values: Array, share: float) -> Array:
    """Take a quantile of what is seen along axis 1, NaN where nothing is; no warning."""
    if not values.shape[1]:
        return np.full(len(values), np.nan)
    ordered = np.sort(values, axis=1)
    seen = np.isfinite(ordered).sum(axis=1)
    place = share * np.maximum(seen - 1, 0)
    below = np.floor(place).astype(np.intp)
    above = np.minimum(below + 1, np.maximum(seen - 1, 0))
    low = np.take_along_axis(ordered, below[:, None], axis=1)[:, 0]
    high = np.take_along_axis(ordered, above[:, None], axis=1)[:, 0]
    found: Array = low + (high - low) * (place - below)
    return found


def _length(start: Array, end: Array) -> Array:
    way = end - start
    length: Array = np.hypot(way[..., 0], way[..., 1])
    return length
