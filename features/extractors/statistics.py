"""What a window holds as a whole: each joint's reach and its speed against the neck."""

from __future__ import annotations

import numpy as np

from features.extractors._samples import Columns, FloatArray
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
    # Samples first: numpy then works along whole rows of windows, twice as fast.
    x, y = (np.ascontiguousarray(np.moveaxis(body.xy[..., axis], 1, 0)) for axis in range(2))
    across, down = x[1:] - x[:-1], y[1:] - y[:-1]
    speed = np.sqrt(across * across + down * down) / np.float32(body.spacing_s)
    moving = np.isfinite(speed)
    total = np.add.reduce(np.where(moving, speed, np.float32(0)), axis=0)
    steps = np.add.reduce(moving, axis=0, dtype=np.float32)
    mean = np.divide(total, steps, out=np.full_like(total, np.nan), where=total > 0)
    columns: list[FloatArray] = [
        np.fmin.reduce(x, axis=0),
        np.fmax.reduce(x, axis=0),
        np.fmin.reduce(y, axis=0),
        np.fmax.reduce(y, axis=0),
        np.isfinite(x).mean(axis=0, dtype=np.float32),
        mean,
        np.fmax.reduce(speed, axis=0),
    ]
    return np.concatenate(columns, axis=1)


def in_mirror(skeleton: Skeleton, samples: int) -> Columns:
    """Give each column's own in a mirror: the least x is the other side's largest with the other sign."""
    del samples
    stands = {"x_min": "x_max", "x_max": "x_min"}
    what = list(_REACH + _SPEED)
    blocks = [what.index(stands.get(each, each)) * len(skeleton) for each in what]
    sign = np.array([-1 if each in stands else 1 for each in what], np.float32)
    order = np.concatenate([block + skeleton.mirror for block in blocks])
    return order, np.repeat(sign, len(skeleton))
