"""Clean a person's keypoints over time; the raw ones stay, and each value says what happened to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from features.cleaning_filters import butterworth, fill, one_euro, outliers, savitzky_golay
from tracker.anchors import person_heights
from tracker.poses import State
from tracker.settings import Settings
from tracker.skeleton import Skeleton
from tracker.tracks import Tracks

Array = NDArray[np.float64]


class CleaningSettings(Settings):
    """How keypoints are cleaned. Lengths are in heights of the person."""

    longest_exchange_s: float = Field(default=0.5, ge=0)
    """Left and right are exchanged back where they were exchanged for no longer than this, in
    seconds; 0 for never. Longer ones are left alone: who turned round looks the same."""
    outlier_window_s: float = Field(default=0.5, gt=0, le=10)
    """Neighbourhood in which an outlier stands out, in seconds."""
    outlier_sigmas: float = Field(default=4.0, gt=0)
    """Robust standard deviations from the median that are too far."""
    outlier_least: float = Field(default=0.05, ge=0)
    """Nothing nearer to the median is an outlier, in heights."""
    max_gap_s: float = Field(default=0.2, ge=0)
    """Longest time between two sightings of a keypoint that is filled, in seconds."""
    smoothing: Literal["none", "one_euro", "savitzky_golay", "butterworth"] = "savitzky_golay"
    """How the keypoints are smoothed; live, it is one_euro, which looks only back."""
    window_s: float = Field(default=0.25, gt=0, le=10)
    """Window of savitzky_golay, in seconds."""
    cutoff_hz: float = Field(default=6.0, ge=0.01)
    """Cutoff of butterworth; 6 Hz is usual for human motion (Winter 2009, section 3.4.4)."""
    min_cutoff_hz: float = Field(default=1.5, gt=0)
    """Cutoff of one_euro for what does not move, in hertz."""
    speed_coefficient: float = Field(default=10.0, ge=0)
    """Hertz of cutoff of one_euro for each height per second."""


#: What a live tracker cannot do, for it needs what comes after.
LOOKING_BACK = {"longest_exchange_s": 0.0, "outlier_least": np.inf, "max_gap_s": 0.0}


class ValueState(IntEnum):
    """What happened to the keypoint of a row."""

    OBSERVED = 0
    """As the network saw it, but for smoothing."""
    MISSING = 1
    """Not seen, and not filled."""
    SWAPPED = 2
    """Seen; left and right were exchanged back."""
    INTERPOLATED = 3
    """Not seen, or an outlier; filled between neighbours. Also all values of filled frames."""


@dataclass(frozen=True)
class Cleaned:
    """Tracks before and after cleaning.

    Parameters
    ----------
    raw : Tracks
        As they came.
    tracks : Tracks
        Cleaned; the same rows.
    state : uint8 array, shape (rows, keypoints)
        What happened to each value: a value of `ValueState`.
    """

    raw: Tracks
    tracks: Tracks
    state: NDArray[np.uint8]


def clean(
    tracks: Tracks, settings: CleaningSettings | None = None, *, online: bool = False
) -> Cleaned:
    """Undo exchanged sides, remove outliers, fill short gaps, smooth; person by person.

    Parameters
    ----------
    tracks : Tracks
        Everybody.
    settings : CleaningSettings, optional
        The parameters.
    online : bool
        Look only back: nothing but the smoothing of one_euro is done.
    """
    settings = settings or CleaningSettings()
    if online:
        smoothing = "none" if settings.smoothing == "none" else "one_euro"
        settings = settings.model_copy(update={**LOOKING_BACK, "smoothing": smoothing})
    xy, score = tracks.xy.copy(), tracks.score.copy()
    state = np.where(np.isfinite(score), ValueState.OBSERVED, ValueState.MISSING).astype(np.uint8)
    for person in tracks.ids:
        rows = np.flatnonzero(tracks.track_id == person)
        one = _clean_person(tracks.skeleton, tracks.time[rows], xy[rows], score[rows], settings)
        xy[rows], score[rows], state[rows] = one
    filled = (tracks.state == State.INTERPOLATED)[:, None] & (state == ValueState.OBSERVED)
    state[filled] = ValueState.INTERPOLATED
    return Cleaned(tracks, replace(tracks, xy=xy, score=score), state)


def exchanged_sides(skeleton: Skeleton, xy: Array) -> NDArray[np.bool_]:
    """Find the rows of one person in which left and right are exchanged.

    The path through the rows, each as it is or mirrored, along which the keypoints of both sides
    move least; the reading that holds for most rows is taken to be right.

    Parameters
    ----------
    skeleton : Skeleton
        The layout of the keypoints.
    xy : float array, shape (rows, keypoints, 2)
        One person in time order, NaN where missing.
    """
    sided = skeleton.mirror != np.arange(len(skeleton))
    if len(xy) < 2 or not sided.any():
        return np.zeros(len(xy), bool)
    readings = np.stack([xy[:, sided], xy[:, skeleton.mirror][:, sided]])
    steps = np.full((len(xy) - 1, 2, 2), 0.0)
    for before in range(2):
        for after in range(2):
            way = np.linalg.norm(readings[after, 1:] - readings[before, :-1], axis=2)
            steps[:, before, after] = np.nan_to_num(way).sum(1)
    mirrored = _cheapest_path(steps)
    return mirrored if mirrored.mean() <= 0.5 else ~mirrored


def _cheapest_path(steps: Array) -> NDArray[np.bool_]:
    """Viterbi: the choice of one of two readings per row of which the steps cost least."""
    best = np.zeros(2)
    back = np.zeros((len(steps), 2), np.intp)
    for i, step in enumerate(steps):
        totals = best[:, None] + step
        back[i] = totals.argmin(axis=0)
        best = totals.min(axis=0)
    path = [int(best.argmin())]
    for choice in back[::-1]:
        path.append(int(choice[path[-1]]))
    return np.array(path[::-1], bool)


def _clean_person(
    skeleton: Skeleton,
    time: Array,
    xy: NDArray[np.float32],
    score: NDArray[np.float32],
    settings: CleaningSettings,
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.uint8]]:
    heights = person_heights(skeleton, xy)
    known = heights[np.isfinite(heights)]
    height = float(np.median(known)) if len(known) else 1.0
    state = np.full(score.shape, ValueState.OBSERVED, np.uint8)
    if settings.longest_exchange_s > 0:
        mirrored = exchanged_sides(skeleton, xy.astype(np.float64))
        rows = np.flatnonzero(_brief(time, mirrored, settings.longest_exchange_s))
        xy[rows], score[rows] = xy[rows][:, skeleton.mirror], score[rows][:, skeleton.mirror]
        sided = skeleton.mirror != np.arange(len(skeleton))
        state[np.ix_(rows, np.flatnonzero(sided))] = ValueState.SWAPPED
    values = xy.reshape(len(xy), -1).astype(np.float64) / height
    wild = outliers(
        time, values, settings.outlier_window_s, settings.outlier_sigmas, settings.outlier_least
    )
    gone = wild.reshape(xy.shape).any(2) | ~np.isfinite(score)
    values[np.repeat(gone, 2, axis=1)] = np.nan
    confidence = np.where(gone, np.nan, score).astype(np.float64)
    values = _smoothed(time, fill(time, values, settings.max_gap_s), settings)
    confidence = fill(time, confidence, settings.max_gap_s)
    state[gone] = np.where(np.isfinite(confidence), ValueState.INTERPOLATED, ValueState.MISSING)[
        gone
    ]
    cleaned = (values * height).reshape(xy.shape).astype(np.float32)
    return cleaned, confidence.astype(np.float32), state


def _brief(time: Array, mirrored: NDArray[np.bool_], longest_s: float) -> NDArray[np.bool_]:
    """Keep the exchanges that begin and end within the time in which the person is seen, soon."""
    brief = np.zeros_like(mirrored)
    edges = np.flatnonzero(np.diff(mirrored.astype(np.int8)))
    for before, last in pairwise(edges.tolist()):
        if mirrored[last] and time[last] - time[before + 1] <= longest_s:
            brief[before + 1 : last + 1] = True
    return brief


def _smoothed(time: Array, values: Array, settings: CleaningSettings) -> Array:
    match settings.smoothing:
        case "one_euro":
            return one_euro(time, values, settings.min_cutoff_hz, settings.speed_coefficient)
        case "savitzky_golay":
            return savitzky_golay(time, values, settings.window_s)
        case "butterworth":
            return butterworth(time, values, settings.cutoff_hz)
        case "none":
            return values
