"""Boxes around people, and people known by their box alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tracker.blocks import in_blocks
from tracker.poses import FloatArray
from tracker.skeleton import BOX

Array = NDArray[np.float64]


def box_keypoints(boxes: Array) -> FloatArray:
    """Turn boxes into the keypoints of the skeleton ``box``.

    Parameters
    ----------
    boxes : float64 array, shape (people, 4)
        Left, top, right, bottom in pixels.

    Returns
    -------
    float32 array, shape (people, 5, 2)
        The middle of the upper edge as the neck, then the corners.
    """
    left, top, right, bottom = boxes.T
    across = {"neck": (left + right) / 2, "top_left": left, "bottom_left": left}
    down = {"bottom_left": bottom, "bottom_right": bottom}
    x = [across.get(name, right) for name in BOX.keypoints]
    y = [down.get(name, top) for name in BOX.keypoints]
    return np.stack([np.stack(x, 1), np.stack(y, 1)], axis=2).astype(np.float32)


def bounding_boxes(xy: NDArray[np.floating]) -> Array:
    """Give the box around each person's keypoints.

    Parameters
    ----------
    xy : float array, shape (people, keypoints, 2)
        Pixels, NaN where missing.

    Returns
    -------
    float64 array, shape (people, 4)
        Left, top, right, bottom; NaN for somebody without keypoints.
    """
    return in_blocks(_bounding_boxes, xy)


def _bounding_boxes(xy: NDArray[np.floating]) -> Array:
    found = np.isfinite(xy)
    low = np.where(found, xy, np.inf).min(1)
    high = np.where(found, xy, -np.inf).max(1)
    boxes = np.concatenate([low, high], axis=1).astype(np.float64)
    boxes[~np.isfinite(boxes)] = np.nan
    return boxes


def overlaps(old: Array, new: Array) -> Array:
    """Intersection over union of every old with every new box.

    Parameters
    ----------
    old : float64 array, shape (old, 4)
        Left, top, right, bottom in pixels.
    new : float64 array, shape (new, 4)
        The same.

    Returns
    -------
    float64 array, shape (old, new)
        From 0 to 1; 0 for boxes without area.
    """
    low = np.maximum(old[:, None, :2], new[None, :, :2])
    high = np.minimum(old[:, None, 2:], new[None, :, 2:])
    sides = np.maximum(high - low, 0)
    common = sides[..., 0] * sides[..., 1]
    together = _areas(old)[:, None] + _areas(new)[None] - common
    return np.asarray(common / np.maximum(together, 1e-9))


def _areas(boxes: Array) -> Array:
    return np.asarray(np.prod(np.maximum(boxes[:, 2:] - boxes[:, :2], 0), axis=1))
