"""The body's own way through the picture: the neck's path and how upright the trunk is.

Only for data whose pictures stand still: a crop that follows the person has no path.
"""

from __future__ import annotations

import numpy as np

from features.extractors._samples import EVERY, FloatArray, looked_at, named, rows
from features.normalise import BodyWindows
from tracker.skeleton import Skeleton


def names(skeleton: Skeleton, samples: int) -> list[str]:
    """Name the features: ``neck_y_t04``, ``neck_v_y_t04``, ``neck_drop``, ``neck_drift``."""
    del skeleton
    at = looked_at(samples)
    return [
        *named(["neck_x", "neck_y"], at),
        *named(["neck_v_x", "neck_v_y"], at[:-1]),
        "neck_drop",
        "neck_rise",
        "neck_drift",
    ]


def extract(body: BodyWindows) -> FloatArray:
    """Measure the path (torso lengths from its middle) and its speed (torso lengths a second)."""
    path = body.neck[:, EVERY]
    speed = np.diff(path, axis=1) / np.float32(2 * body.spacing_s)
    x, y = path[..., 0], path[..., 1]
    columns = [
        rows(path),
        rows(speed),
        _largest_rise(y)[:, None],
        _largest_rise(-y)[:, None],
        (np.fmax.reduce(x, axis=1) - np.fmin.reduce(x, axis=1))[:, None],
    ]
    return np.concatenate(columns, axis=1)


def _largest_rise(values: FloatArray) -> FloatArray:
    """Largest difference of a later value to an earlier one, shape (windows,)."""
    lowest = np.fmin.accumulate(values, axis=1)
    result: FloatArray = np.fmax.reduce(values - lowest, axis=1)
    return result
