"""Windows: a person over a short span of true time, in as many samples at any frame rate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from pydantic import Field

from features.joints import convert_joints
from tracker.settings import Settings
from tracker.skeleton import Skeleton
from tracker.tracks import Tracks

FloatArray = NDArray[np.float32]
Times = NDArray[np.float64]

_SAME_MOMENT_S = 1e-6


class WindowSettings(Settings):
    """How a person's time series is cut into windows."""

    window_s: float = Field(default=0.5, gt=0)
    """Span of a window in seconds; a sample stands for ``window_s / samples`` seconds."""
    samples: int = Field(default=15, ge=1)
    """Samples in a window."""
    stride: int = Field(default=2, ge=1)
    """Samples from one window to the next when a whole track is cut."""
    max_gap_s: float = Field(default=0.25, ge=0)
    """A joint unseen for longer is left missing; over shorter gaps its path is a straight line."""
    min_seen: float = Field(default=0.3, ge=0, le=1)
    """Windows with a smaller share of their samples' joints seen are left out."""
    min_seen_side: float = Field(default=0.0, ge=0, le=1)
    """The same before a window's middle, and after it: half a movement looks like another one."""

    @property
    def spacing_s(self) -> float:
        """Seconds from one sample to the next."""
        return self.window_s / self.samples

    @property
    def step_s(self) -> float:
        """Seconds from one window to the next when a whole track is cut."""
        return self.spacing_s * self.stride


@dataclass(frozen=True)
class Windows:
    """Short spans of people's time series, resampled on true time.

    Parameters
    ----------
    skeleton : Skeleton
        The layout of the keypoints.
    xy : float32 array, shape (windows, samples, keypoints, 2)
        Pixels, NaN where missing.
    track_id : int64 array, shape (windows,)
        Whose window it is.
    time : float64 array, shape (windows,)
        Seconds of the window's centre.
    spacing_s : float
        Seconds from one sample to the next.

    Raises
    ------
    ValueError
        If lengths disagree, the keypoints are not the skeleton's, or the spacing is not positive.
    """

    skeleton: Skeleton
    xy: FloatArray
    track_id: NDArray[np.int64]
    time: Times
    spacing_s: float

    def __post_init__(self) -> None:
        if self.xy.ndim != 4 or self.xy.shape[2:] != (len(self.skeleton), 2):
            raise ValueError(
                f"expected xy (windows, samples, {len(self.skeleton)}, 2), found {self.xy.shape}"
            )
        if not len(self.xy) == len(self.track_id) == len(self.time):
            raise ValueError("xy, track_id and time of Windows must have one entry per window")
        if not self.spacing_s > 0:
            raise ValueError(f"samples must be some time apart, found {self.spacing_s} s")

    def __len__(self) -> int:
        """Count the windows."""
        return len(self.xy)

    def __getitem__(self, keep: NDArray[np.intp] | NDArray[np.bool_] | slice) -> Windows:
        """Select windows by index, mask or slice."""
        return Windows(
            self.skeleton, self.xy[keep], self.track_id[keep], self.time[keep], self.spacing_s
        )

    @property
    def samples(self) -> int:
        """Samples in a window."""
        return int(self.xy.shape[1])

    @property
    def seen(self) -> FloatArray:
        """Share of each window's samples and joints that are there, shape (windows,)."""
        share: FloatArray = np.isfinite(self.xy[..., 0]).mean(axis=(1, 2), dtype=np.float32)
        return share

    def enough_seen(self, settings: WindowSettings) -> NDArray[np.bool_]:
        """Tell which windows show as much as the settings ask for, shape (windows,)."""
        enough: NDArray[np.bool_] = self.seen >= settings.min_seen
        if settings.min_seen_side > 0:
            side = max(self.samples // 2, 1)
            for half in (slice(None, side), slice(-side, None)):
                share = np.isfinite(self.xy[:, half, :, 0]).mean(axis=(1, 2), dtype=np.float32)
                enough &= share >= settings.min_seen_side
        return enough


def cut_windows(
    tracks: Tracks,
    settings: WindowSettings,
    skeleton: Skeleton | None = None,
    *,
    between: tuple[float, float] = (-np.inf, np.inf),
) -> Windows:
    """Cut every person's whole track into overlapping windows.

    The centres lie on one grid of true time that is the same for everybody and for every part of a
    video, from each person's first row to the last.

    Parameters
    ----------
    tracks : Tracks
        Everybody, at any frame rate, also a varying one.
    settings : WindowSettings
        Span, samples, stride and gaps.
    skeleton : Skeleton, optional
        The layout wanted; the tracks' own by default.
    between : (float, float)
        Only windows with their centre from the one time to just before the other, in seconds.

    Returns
    -------
    Windows
        Sorted by person, then time.
    """
    axis = _PeopleAxis.of(tracks, settings, skeleton)
    spacing, samples, step = settings.spacing_s, settings.samples, settings.stride
    half = (samples - 1) / 2
    earliest, behind = np.ceil(np.array(between) / settings.step_s)
    begin = np.maximum(np.ceil(axis.first_time / settings.step_s), earliest)
    end = np.minimum(np.floor(axis.last_time / settings.step_s), behind - 1)
    first, last = begin.astype(np.int64) * step, end.astype(np.int64) * step
    counts = np.maximum((last - first) // step + 1, 0)
    lengths = np.where(counts > 0, (counts - 1) * step + samples, 0)
    within = _ranges(lengths)
    person = np.repeat(np.arange(len(lengths)), lengths)
    grid: Times = np.asarray((first[person] - half + within) * spacing, np.float64)
    resampled = axis.sample(person, grid)
    starts = np.repeat(np.cumsum(lengths) - lengths, counts) + _ranges(counts) * step
    if not len(starts):
        return _empty_windows(axis.skeleton, settings)
    # A view: neighbouring windows share their samples' memory until some are selected.
    views = np.moveaxis(sliding_window_view(resampled, samples, axis=0), -1, 1)
    owner = np.repeat(np.arange(len(counts)), counts)
    time: Times = np.asarray((first[owner] + _ranges(counts) * step) * spacing, np.float64)
    return _seen_enough(axis, views[starts], owner, time, settings)


def windows_at(
    tracks: Tracks,
    settings: WindowSettings,
    track_id: NDArray[np.int64],
    time: Times,
    skeleton: Skeleton | None = None,
) -> Windows:
    """Cut windows around given moments of given people.

    Parameters
    ----------
    tracks : Tracks
        Everybody.
    settings : WindowSettings
        Span, samples and gaps; what is too little seen is not left out.
    track_id : int64 array, shape (windows,)
        Whose window; every ID must be in ``tracks``.
    time : float64 array, shape (windows,)
        Seconds of the windows' centres.
    skeleton : Skeleton, optional
        The layout wanted; the tracks' own by default.

    Returns
    -------
    Windows
        One for each moment, in the order given; what lies outside the person's life is NaN.

    Raises
    ------
    ValueError
        If an ID is not in the tracks.
    """
    axis = _PeopleAxis.of(tracks, settings, skeleton)
    owner = np.searchsorted(axis.ids, track_id)
    unknown = ~np.isin(track_id, axis.ids)
    if unknown.any():
        raise ValueError(f"there is no track {int(np.asarray(track_id)[unknown][0])}")
    offsets = (np.arange(settings.samples) - (settings.samples - 1) / 2) * settings.spacing_s
    moments = time[:, None] + offsets
    person = np.broadcast_to(owner[:, None], moments.shape)
    sampled = axis.sample(person.ravel(), moments.ravel())
    shape = (len(time), settings.samples, len(axis.skeleton), 2)
    return Windows(axis.skeleton, sampled.reshape(shape), track_id, time, settings.spacing_s)


@dataclass(frozen=True)
class _PeopleAxis:
    """Everybody's rows on one time axis, one person after the other, too far apart to be joined."""

    skeleton: Skeleton
    ids: NDArray[np.int64]
    first_time: Times
    last_time: Times
    shift: Times
    moment: Times
    xy: FloatArray
    max_gap_s: float

    @classmethod
    def of(cls, tracks: Tracks, settings: WindowSettings, skeleton: Skeleton | None) -> _PeopleAxis:
        target = skeleton or tracks.skeleton
        order = np.lexsort((tracks.time, tracks.track_id))
        ids, starts, counts = np.unique(
            tracks.track_id[order], return_index=True, return_counts=True
        )
        time = tracks.time[order]
        first, last = time[starts], time[starts + counts - 1]
        lives = last - first + 4 * (settings.window_s + settings.max_gap_s)
        shift = np.cumsum(lives) - lives - first
        moment = time + np.repeat(shift, counts)
        xy = convert_joints(tracks.xy[order], tracks.skeleton, target)
        return cls(target, ids, first, last, shift, moment, xy, settings.max_gap_s)

    def sample(self, person: NDArray[np.intp], time: Times) -> FloatArray:
        """Interpolate joints, shape (moments, keypoints, 2); NaN across gaps and beyond ends."""
        rows = len(self.moment)
        if not rows or not len(time):
            return np.full((len(time), len(self.skeleton), 2), np.nan, np.float32)
        wanted = time + self.shift[person]
        valid = np.isfinite(self.xy[..., 0])
        numbers = np.where(valid, np.arange(rows)[:, None], -1)
        before = np.maximum.accumulate(numbers, axis=0)
        numbers[~valid] = rows
        after = np.minimum.accumulate(numbers[::-1], axis=0)[::-1]
        # A moment that is a row's own, to rounding, is that row.
        row = np.searchsorted(self.moment, wanted - _SAME_MOMENT_S)
        left = before[np.clip(np.searchsorted(self.moment, wanted + _SAME_MOMENT_S) - 1, 0, None)]
        right = after[np.minimum(row, rows - 1)]
        return self._between(wanted, left, right)

    def _between(
        self, wanted: Times, left: NDArray[np.intp], right: NDArray[np.intp]
    ) -> FloatArray:
        joints = np.arange(len(self.skeleton))
        usable = (left >= 0) & (right < len(self.moment))
        left, right = np.where(usable, left, 0), np.where(usable, right, 0)
        start, end = self.moment[left], self.moment[right]
        gap = end - start
        at = wanted[:, None]
        usable &= (gap <= self.max_gap_s) & (at >= start - _SAME_MOMENT_S)
        usable &= at <= end + _SAME_MOMENT_S
        share = np.divide(at - start, gap, out=np.zeros_like(gap), where=gap > _SAME_MOMENT_S)
        near, far = self.xy[left, joints], self.xy[right, joints]
        mixed = near + (far - near) * share.astype(np.float32)[..., None]
        mixed[~usable] = np.nan
        return mixed


def _ranges(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count from 0 within each length: [2, 3] gives 0 1 0 1 2."""
    ends = np.cumsum(lengths)
    return np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - lengths, lengths)


def _seen_enough(
    axis: _PeopleAxis,
    xy: FloatArray,
    owner: NDArray[np.intp],
    time: Times,
    settings: WindowSettings,
) -> Windows:
    windows = Windows(axis.skeleton, xy, axis.ids[owner].astype(np.int64), time, settings.spacing_s)
    return windows[windows.enough_seen(settings)]


def _empty_windows(skeleton: Skeleton, settings: WindowSettings) -> Windows:
    xy = np.empty((0, settings.samples, len(skeleton), 2), np.float32)
    return Windows(skeleton, xy, np.empty(0, np.int64), np.empty(0), settings.spacing_s)
