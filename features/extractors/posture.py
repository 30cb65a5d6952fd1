"""How the body stands in the picture: upright or lying, tall or flat; needs a camera held level."""

from __future__ import annotations

import numpy as np

from features.extractors._samples import EVERY, FloatArray, looked_at, named, rows
from features.normalise import BodyWindows
from tracker.skeleton import Skeleton

_STEMS = ("tall", "wide", "neck_over_lowest", "torso_tilt", "legs_tilt")


def names(skeleton: Skeleton, samples: int) -> list[str]:
    """Name the features: ``torso_tilt_t04``."""
    del skeleton
    return named(list(_STEMS), looked_at(samples))


def extract(body: BodyWindows) -> FloatArray:
    """Measure every second sample: extents in torso lengths, tilts in degrees, 0 upright, 90 lying."""
    xy = body.xy[:, EVERY]
    x, y = xy[..., 0], xy[..., 1]
    lowest = np.fmax.reduce(y, axis=2)
    hips = _middle(xy, body.skeleton, "hip")
    ankles = _middle(xy, body.skeleton, "ankle")
    columns = [
        lowest - np.fmin.reduce(y, axis=2),
        np.fmax.reduce(x, axis=2) - np.fmin.reduce(x, axis=2),
        lowest,
        _tilt(hips),
        _tilt(ankles - hips),
    ]
    return rows(np.stack(columns, axis=-1))


def _middle(xy: FloatArray, skeleton: Skeleton, joint: str) -> FloatArray:
    right = xy[:, :, skeleton.index(f"right_{joint}")]
    left = xy[:, :, skeleton.index(f"left_{joint}")]
    one_side = np.where(np.isfinite(right), right, left)
    middle = (right + left) / np.float32(2)
    return np.where(np.isfinite(middle), middle, one_side)


def _tilt(down: FloatArray) -> FloatArray:
    tilt: FloatArray = np.degrees(np.arctan2(np.abs(down[..., 0]), down[..., 1]))
    return tilt
