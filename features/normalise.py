"""Windows in body units: the neck is each sample's origin, the torso each window's unit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.body_scale import middle, point
from features.windows import Windows
from tracker.skeleton import Skeleton

FloatArray = NDArray[np.float32]

#: Torso lengths in the diagonal of the box around a whole person (median of Penn Action's clips).
TORSOS_PER_EXTENT = np.float32(3.1)


@dataclass(frozen=True)
class BodyWindows:
    """Windows without place and size: what feature extractors look at.

    Parameters
    ----------
    skeleton : Skeleton
        The layout of the keypoints.
    xy : float32 array, shape (windows, samples, keypoints, 2)
        Places from the neck of the same sample, in torso lengths; NaN where missing.
    neck : float32 array, shape (windows, samples, 2)
        The neck's own path from its middle in the window, in torso lengths.
    spacing_s : float
        Seconds from one sample to the next.
    pixels : float32 array, shape (windows, samples, keypoints, 2)
        The windows as they came, for families that need more than a neck as origin.
    """

    skeleton: Skeleton
    xy: FloatArray
    neck: FloatArray
    spacing_s: float
    pixels: FloatArray

    @property
    def samples(self) -> int:
        """Samples in a window."""
        return int(self.xy.shape[1])


def normalise(windows: Windows) -> BodyWindows:
    """Take place and size out of windows.

    The neck is the middle of the shoulders (so that layouts with and without a neck agree), or the
    layout's own neck, or the one shoulder that is seen, as from the side. The torso is neck to middle
    of the hips seen; its median over the window is the unit, so that a stroke's own foreshortening
    stays visible. In a window that shows no shoulder at all the nose is the origin; where no torso is
    ever seen, the extent of what is seen gives the unit.

    Parameters
    ----------
    windows : Windows
        In pixels.

    Returns
    -------
    BodyWindows
        In torso lengths; without a torso the neck's path is NaN, for it would be in no unit.
    """
    xy, skeleton = windows.xy, windows.skeleton
    neck = _neck(xy, skeleton)
    trunk = middle(xy, skeleton, "hip") - neck
    torso = np.hypot(trunk[..., 0], trunk[..., 1])
    unit = nan_median(torso, axis=1)
    unit[unit <= 0] = np.nan
    scale = (1 / unit)[:, None, None].astype(np.float32)
    path = (neck - nan_median(neck, axis=1)[:, None]) * scale
    if skeleton.has("nose"):
        neck, scale = _without_torso(xy, skeleton.index("nose"), neck, scale)
    centred = (xy - neck[:, :, None]) * scale[..., None]
    return BodyWindows(skeleton, centred, path, windows.spacing_s, xy)


def _without_torso(
    xy: FloatArray, nose: int, neck: FloatArray, scale: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Give origin and scale of whole-body windows, also of those without shoulders or torso."""
    headless = ~np.isfinite(neck[..., 0]).any(axis=1)
    if headless.any():
        neck = neck.copy()
        neck[headless] = xy[headless][:, :, nose]
    unscaled = np.flatnonzero(~np.isfinite(scale[:, 0, 0]))
    if len(unscaled):
        seen = xy[unscaled]
        sides = np.fmax.reduce(seen, axis=2) - np.fmin.reduce(seen, axis=2)
        extent = nan_median(np.hypot(sides[..., 0], sides[..., 1]), axis=1)
        extent[extent <= 0] = np.nan
        scale = scale.copy()
        scale[unscaled] = (TORSOS_PER_EXTENT / extent)[:, None, None]
    return neck, scale


def nan_median(values: FloatArray, axis: int) -> FloatArray:
    """Median of what is there, NaN where nothing is; no warning.

    Of an even number of values the lower middle one is taken.
    """
    ordered = np.sort(values, axis=axis)
    seen = np.isfinite(ordered).sum(axis=axis, keepdims=True)
    lower = np.take_along_axis(ordered, np.maximum(seen - 1, 0) // 2, axis=axis)
    return np.squeeze(lower, axis=axis)


def _neck(xy: FloatArray, skeleton: Skeleton) -> FloatArray:
    shoulders = middle(xy, skeleton, "shoulder")
    if not skeleton.has("neck"):
        return shoulders
    own = point(xy, skeleton, "neck")
    both = np.isfinite(point(xy, skeleton, "right_shoulder") + point(xy, skeleton, "left_shoulder"))
    return np.where(both | ~np.isfinite(own), shoulders, own)
