"""What a window holds as a whole: each joint's reach and its speed against the neck."""

from __future__ import annotations

import numpy as np

from features.extractors._samples import FloatArray
from features.normalise import BodyWindows
from tracker.skeleton import Skeleton

_REACH = ("x_min", "x_max", "y_min", "y_max", "seen")
_SPEED = ("speed_mean", "speed_max")


def names(skeleton: Skeleton, samples: int) -> list[str]:
    """Name the features: ``right_wrist_x_min``, ``right_wrist_speed_max``."""
    del samples
    return [f"{joint}_{what}" for what in _REACH + _SPEED for joint in skeleton.keypoints]


def extract(body: BodyWindows) -> FloatArray:
    """Measure all samples: extremes and speeds in torso lengths (a second), share seen."""
    x, y = body.xy[..., 0], body.xy[..., 1]
    step = np.diff(body.xy, axis=1)
    speed = np.hypot(step[..., 0], step[..., 1]) / np.float32(body.spacing_s)
    seen = np.isfinite(x)
    moving = np.isfinite(speed)
    total = np.where(moving, speed, np.float32(0)).sum(axis=1)
    mean = np.divide(total, moving.sum(axis=1), out=np.full_like(total, np.nan), where=total > 0)
    columns: list[FloatArray] = [
        np.fmin.reduce(x, axis=1),
        np.fmax.reduce(x, axis=1),
        np.fmin.reduce(y, axis=1),
        np.fmax.reduce(y, axis=1),
        seen.mean(axis=1, dtype=np.float32),
        mean,
        np.fmax.reduce(speed, axis=1),
    ]
    return np.concatenate(columns, axis=1)
