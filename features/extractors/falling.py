"""The course of a drop, from two seconds before it to three after: how low, how fast, how it ends.

The drop stands at two fifths of the window. Lengths are in torsos as they were before it
(`features.body_scale`), so that who lies along the line of sight does not look grown; heights are
against the person's own before the drop, so that the camera's place does not matter.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.body_scale import Array, body_scale, middle, point, quantile
from features.extractors._samples import FloatArray
from features.normalise import BodyWindows
from tracker.skeleton import Skeleton

#: Share of the window before the drop.
BEFORE = 0.4
#: Spans after the drop in seconds, looked at each by itself.
_SPANS = {"at_once": (0.25, 0.6), "soon": (0.6, 1.1), "later": (1.1, 1.8), "late": (1.8, 3.0)}
_IN_SPANS = (
    *("neck_drop", "hips_drop", "tall", "wide", "neck_over_lowest", "hips_over_lowest"),
    *("trunk_tilt", "legs_tilt", "head_below_hips"),
)
_WHOLE = (
    *("neck_was_over_lowest", "hips_were_over_lowest", "trunk_was_tilted"),
    *("neck_speed", "hips_speed", "neck_drop", "hips_drop", "lowest_drop", "drift"),
    *("neck_least_over_lowest", "later_most_over_lowest", "later_least_over_lowest", "share_left"),
    *("rise", "most_tilt", "unrest", "growth"),
    *("later_low", "now_low", "later_hips_low", "now_hips_low"),
)


def names(skeleton: Skeleton, samples: int) -> list[str]:
    """Name the features: ``fall_neck_drop``, ``fall_neck_drop_soon``."""
    del skeleton, samples
    spans = [f"fall_{what}_{span}" for span in _SPANS for what in _IN_SPANS]
    return [f"fall_{what}" for what in _WHOLE] + spans


def extract(body: BodyWindows) -> FloatArray:
    """Measure windows around drops."""
    course = _Course.of(body)
    columns = [*_whole(course)]
    for span in _SPANS.values():
        columns += _in_span(course, course.between(*span))
    return np.stack(columns, axis=1).astype(np.float32)


@dataclass(frozen=True)
class _Course:
    """Series of shape (windows, samples); heights grow downwards, in torsos."""

    time: Array
    neck: Array
    across: Array
    hips: Array
    lowest: Array
    tall: Array
    wide: Array
    trunk_tilt: Array
    legs_tilt: Array
    head: Array
    growth: Array

    @classmethod
    def of(cls, body: BodyWindows) -> _Course:
        xy, skeleton = body.pixels.astype(np.float64), body.skeleton
        drop = round(BEFORE * (body.samples - 1))
        scale = body_scale(xy[:, : drop + 1], skeleton)
        after = body_scale(xy[:, drop + 1 :], skeleton)
        scale = np.where(np.isfinite(scale), scale, after)
        xy = xy / scale[:, None, None, None]
        neck, hips = middle(xy, skeleton, "shoulder"), middle(xy, skeleton, "hip")
        x, y = xy[..., 0], xy[..., 1]
        lowest = np.fmax.reduce(y, axis=2)
        return cls(
            time=np.asarray((np.arange(body.samples) - drop) * body.spacing_s, np.float64),
            neck=neck[..., 1],
            across=neck[..., 0],
            hips=hips[..., 1],
            lowest=lowest,
            tall=lowest - np.fmin.reduce(y, axis=2),
            wide=np.fmax.reduce(x, axis=2) - np.fmin.reduce(x, axis=2),
            trunk_tilt=_tilt(hips - neck),
            legs_tilt=_tilt(middle(xy, skeleton, "ankle") - hips),
            head=point(xy, skeleton, "nose")[..., 1] - hips[..., 1],
            growth=np.fmax(after / scale, 1.0),
        )

    def between(self, start_s: float, end_s: float) -> NDArray[np.intp]:
        """Find the samples of a span around the drop."""
        return np.flatnonzero((self.time >= start_s - 1e-6) & (self.time <= end_s + 1e-6))

    @property
    def neck_over_lowest(self) -> Array:
        """Height of the neck over the lowest joint."""
        return self.lowest - self.neck

    @property
    def hips_over_lowest(self) -> Array:
        """Height of the hips over the lowest joint."""
        return self.lowest - self.hips

    @property
    def usual(self) -> tuple[Array, Array]:
        """Give the neck's and the hips' height before the drop."""
        before = self.between(-1.5, 0.0)
        return quantile(self.neck[:, before], 0.15), quantile(self.hips[:, before], 0.15)


def _whole(course: _Course) -> list[Array]:
    before, now = course.between(-1.5, 0.0), course.between(0.05, 1.2)
    later, fast = course.between(0.5, np.inf), course.between(-0.6, 0.6)
    over, hips_over = course.neck_over_lowest, course.hips_over_lowest
    neck, hips = course.usual
    was_over = quantile(over[:, before], 0.85)
    bottom = quantile(course.neck[:, now], 0.85)
    least, later_least = quantile(over[:, now], 0.15), quantile(over[:, later], 0.15)
    return [
        was_over,
        quantile(hips_over[:, before], 0.85),
        quantile(course.trunk_tilt[:, before], 0.25),
        _fastest(course.neck[:, fast], course.time),
        _fastest(course.hips[:, fast], course.time),
        bottom - neck,
        quantile(course.hips[:, now], 0.85) - hips,
        quantile(course.lowest[:, now], 0.5) - quantile(course.lowest[:, before], 0.5),
        _drift(course),
        least,
        quantile(over[:, later], 0.85),
        later_least,
        _share(least, was_over),
        bottom - quantile(course.neck[:, later], 0.1),
        quantile(course.trunk_tilt[:, course.between(0.0, np.inf)], 0.8),
        _deviation(course.neck[:, course.between(0.6, 2.0)]),
        course.growth,
        later_least / course.growth,
        least / course.growth,
        quantile(hips_over[:, later], 0.15) / course.growth,
        quantile(hips_over[:, now], 0.15) / course.growth,
    ]


def _in_span(course: _Course, span: NDArray[np.intp]) -> list[Array]:
    neck, hips = course.usual
    series = [
        course.neck - neck[:, None],
        course.hips - hips[:, None],
        course.tall,
        course.wide,
        course.neck_over_lowest,
        course.hips_over_lowest,
        course.trunk_tilt,
        course.legs_tilt,
        course.head,
    ]
    return [quantile(values[:, span], 0.5) for values in series]


def _share(part: Array, whole: Array) -> Array:
    """Divide; NaN where the whole is nothing."""
    return np.divide(part, whole, out=np.full_like(part, np.nan), where=whole > 0)


def _fastest(heights: Array, time: Array) -> Array:
    """Largest speed downwards over two samples, torsos a second."""
    largest: Array = np.fmax.reduce(heights[:, 2:] - heights[:, :-2], axis=1)
    return largest / float(time[2] - time[0])


def _drift(course: _Course) -> Array:
    start = quantile(course.across[:, course.between(-1.0, -0.3)], 0.5)
    return np.abs(quantile(course.across[:, course.between(0.3, 1.0)], 0.5) - start)


def _deviation(values: Array) -> Array:
    """Middle half of what is seen, as a standard deviation."""
    return (quantile(values, 0.75) - quantile(values, 0.25)) / 1.349


def _tilt(down: Array) -> Array:
    """Degrees from hanging straight down, shape (windows, samples)."""
    tilt: Array = np.degrees(np.arctan2(np.abs(down[..., 0]), down[..., 1]))
    return tilt
