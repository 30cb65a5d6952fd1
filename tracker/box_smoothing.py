"""Smooth the boxes of each person over time, as middle and size.

Detectors' boxes jitter by a tenth of the person's height from frame to frame; people do not.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from tracker.blocks import blocks
from tracker.boxes import bounding_boxes, box_keypoints
from tracker.poses import FloatArray
from tracker.settings import Settings
from tracker.tracks import Tracks

Array = NDArray[np.float64]


class BoxSettings(Settings):
    """How boxes are smoothed. Lengths are in heights of the person, times in seconds."""

    smooth: bool = True
    """Smooth them; else boxes stay as they were detected."""
    middle_s: float = Field(default=0.15, gt=0)
    """Looking both ways, neighbours of the middle weigh by a normal curve of this width, in seconds."""
    size_s: float = Field(default=0.5, gt=0)
    """The same for width and height, which change less."""
    middle_noise: float = Field(default=0.05, gt=0)
    """Looking back only: standard deviation of a measured middle, in heights."""
    acceleration_noise: float = Field(default=0.5, gt=0)
    """Spectral density of its acceleration, in heights per second to the power 1.5."""
    size_noise: float = Field(default=0.1, gt=0)
    """Standard deviation of the logarithm of a measured width or height."""
    growth_noise: float = Field(default=0.3, gt=0)
    """Spectral density of the change of its growth, in seconds to the power -1.5."""


#: Standard deviation of the speed (heights per second) and of the growth (1/s) of somebody new.
START_SPEED = 1.0
START_GROWTH = 0.5
#: Neighbours farther away than so many widths of the curve weigh nothing.
FARTHEST_WIDTHS = 3.5


def smooth_boxes(tracks: Tracks, settings: BoxSettings, *, online: bool) -> None:
    """Smooth everybody's boxes, in place.

    Parameters
    ----------
    tracks : Tracks
        People known by their boxes; `xy` is overwritten.
    settings : BoxSettings
        The parameters.
    online : bool
        Look only back, as a live tracker must: a Kalman filter of constant velocity. Else lines are
        fitted through the neighbours on both sides (Cleveland, Journal of the American Statistical
        Association 74, 1979, with normal weights).
    """
    order = np.argsort(tracks.track_id, kind="stable")
    starts = np.flatnonzero(np.diff(tracks.track_id[order], prepend=0))
    for rows in np.split(order, starts[1:]):
        if len(rows) > 1:
            tracks.xy[rows] = _smoothed(tracks.time[rows], tracks.xy[rows], settings, online)


def _smoothed(time: Array, xy: FloatArray, settings: BoxSettings, online: bool) -> FloatArray:
    """Smooth one person's boxes, given as keypoints."""
    boxes = bounding_boxes(xy)
    sides = np.maximum(boxes[:, 2:] - boxes[:, :2], 1e-3)
    height = float(np.median(sides[:, 1]))
    middle, size = (boxes[:, :2] + boxes[:, 2:]) / 2 / height, np.log(sides)
    if online:
        middle = _filtered(
            time, middle, settings.middle_noise, settings.acceleration_noise, START_SPEED
        )
        size = _filtered(time, size, settings.size_noise, settings.growth_noise, START_GROWTH)
    else:
        middle = _lines(time, middle, settings.middle_s)
        size = _lines(time, size, settings.size_s)
    middle, half = middle * height, np.exp(size) / 2
    return box_keypoints(np.concatenate([middle - half, middle + half], axis=1))


def _lines(time: Array, values: Array, width_s: float) -> Array:
    """Give the value at each time of the line fitted through the neighbours."""
    smooth = np.empty_like(values)
    for part in blocks(len(time)):
        mine = time[part]
        reach_s = FARTHEST_WIDTHS * width_s
        near = slice(
            int(np.searchsorted(time, mine[0] - reach_s)),
            int(np.searchsorted(time, mine[-1] + reach_s, "right")),
        )
        away = time[near][None] - mine[:, None]
        weight = np.exp(-0.5 * (away / width_s) ** 2)
        moment0, moment1 = weight.sum(1), (weight * away).sum(1)
        spread = moment0 * (weight * away**2).sum(1) - moment1**2
        level, slope = weight @ values[near], (weight * away) @ values[near]
        line = level * (weight * away**2).sum(1)[:, None] - slope * moment1[:, None]
        alone = spread < 1e-9 * moment0**2 * width_s**2
        spread = np.where(alone, 1.0, spread)
        smooth[part] = np.where(alone[:, None], level / moment0[:, None], line / spread[:, None])
    return smooth


def _filtered(time: Array, values: Array, noise: float, change: float, start: float) -> Array:
    """Give the state of a constant velocity Kalman filter after each measurement."""
    smooth, place, speed = values.copy(), values[0], np.zeros(values.shape[1])
    place_variance, cross, speed_variance = noise**2, 0.0, start**2
    for i in range(1, len(time)):
        step = time[i] - time[i - 1]
        place = place + step * speed
        place_variance += step * (2 * cross + step * speed_variance) + change**2 * step**3 / 3
        cross += step * speed_variance + change**2 * step**2 / 2
        speed_variance += change**2 * step
        gain = place_variance / (place_variance + noise**2)
        speed_gain = cross / (place_variance + noise**2)
        miss = values[i] - place
        place, speed = place + gain * miss, speed + speed_gain * miss
        speed_variance -= speed_gain * cross
        place_variance, cross = (1 - gain) * place_variance, (1 - gain) * cross
        smooth[i] = place
    return smooth
