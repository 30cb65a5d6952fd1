"""Moments worth looking at in a person's track: fast arms and dropping heads."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from features.body_scale import middle, quantile
from features.normalise import normalise
from features.windows import WindowSettings, cut_windows, windows_at
from tracker.skeleton import Skeleton
from tracker.tracks import Tracks

Times = NDArray[np.float64]
FloatArray = NDArray[np.float32]

#: Enough joints for arms, heads and torsos; every layout has them.
ARMS = Skeleton(
    "arms",
    (
        *("right_shoulder", "right_wrist", "left_shoulder", "left_wrist"),
        *("right_hip", "left_hip"),
    ),
    (),
    (),
)
_SHORT = WindowSettings(window_s=0.25, samples=5, stride=1, min_seen=0.0)
_SECOND = WindowSettings(window_s=1.0, samples=15, stride=1, min_seen=0.0)
#: A moment may move by half a second; the step looks at 0.4 s to either side of it.
_STEP = WindowSettings(window_s=23 / 12, samples=23, min_seen=0.0, max_gap_s=0.3)
_STEP_SIDE = 5


def arm_speed(tracks: Tracks) -> tuple[NDArray[np.int64], Times, FloatArray]:
    """Measure how fast everybody's wrists move against the neck.

    Parameters
    ----------
    tracks : Tracks
        Everybody.

    Returns
    -------
    track_id : int64 array, shape (moments,)
        Whose moment; sorted by person, then time, 20 moments a second.
    time : float64 array, shape (moments,)
        Seconds.
    speed : float32 array, shape (moments, 2)
        Right and left wrist, torso lengths a second, over a quarter of a second; 0 where not seen.
    """
    windows = cut_windows(tracks, _SHORT, ARMS)
    wrists = [ARMS.index("right_wrist"), ARMS.index("left_wrist")]
    paths = normalise(windows).xy[:, :, wrists]
    steps = np.diff(paths, axis=1)
    lengths = np.hypot(steps[..., 0], steps[..., 1])
    moved = np.isfinite(lengths)
    total = np.where(moved, lengths, 0).sum(axis=1)
    speed = total / np.maximum(moved.sum(axis=1), 1) / windows.spacing_s
    return windows.track_id, windows.time, speed.astype(np.float32)


def neck_drops(tracks: Tracks) -> tuple[NDArray[np.int64], Times, FloatArray]:
    """Measure how far everybody's neck comes down within a second.

    Parameters
    ----------
    tracks : Tracks
        Everybody.

    Returns
    -------
    track_id : int64 array, shape (moments,)
        Whose moment; sorted by person, then time, 15 moments a second.
    time : float64 array, shape (moments,)
        Seconds: the middle of the second.
    drop : float32 array, shape (moments,)
        Largest way down, torso lengths; 0 where the neck is not seen.
    """
    windows = cut_windows(tracks, _SECOND, ARMS)
    down = normalise(windows).neck[..., 1]
    highest = np.fmin.accumulate(down, axis=1)
    drop = np.fmax.reduce(down - highest, axis=1)
    return windows.track_id, windows.time, np.nan_to_num(drop).astype(np.float32)


def middles_of_drops(
    tracks: Tracks, track_id: NDArray[np.int64], time: Times, apart_s: float = 0.3
) -> tuple[NDArray[np.int64], Times]:
    """Find, near given moments, those about which the neck comes down most.

    The step is that of the medians of 0.4 s before and after, so that a joint seen wrongly in a
    few frames does not move the moment.

    Parameters
    ----------
    tracks : Tracks
        Everybody.
    track_id : int64 array, shape (moments,)
        Whose moment, in rising order.
    time : float64 array, shape (moments,)
        Seconds.
    apart_s : float
        Of several moments of one person that are nearer than this, the first is kept.

    Returns
    -------
    track_id : int64 array, shape (found,)
        Who; sorted by person, then time.
    time : float64 array, shape (found,)
        Seconds.
    """
    windows = windows_at(tracks, _STEP, track_id, time, ARMS)
    down = middle(windows.xy.astype(np.float64), ARMS, "shoulder")[..., 1]
    centres = np.arange(_STEP_SIDE, _STEP.samples - _STEP_SIDE)
    steps = [
        quantile(down[:, centre + 1 : centre + 1 + _STEP_SIDE], 0.5)
        - quantile(down[:, centre - _STEP_SIDE : centre], 0.5)
        for centre in centres
    ]
    largest = np.nan_to_num(np.stack(steps, axis=1), nan=-np.inf).argmax(axis=1)
    known = np.isfinite(np.stack(steps, axis=1)).any(axis=1)
    shift = (centres[largest] - (_STEP.samples - 1) / 2) * _STEP.spacing_s
    moved = np.where(known, time + shift, time)
    order = np.lexsort((moved, track_id))
    track_id, moved = track_id[order], moved[order]
    near = (np.diff(moved, prepend=-np.inf) <= apart_s) & (np.diff(track_id, prepend=-1) == 0)
    return track_id[~near], moved[~near]


def highest_peaks(
    time: Times, values: FloatArray, *, most: int, apart_s: float, share: float
) -> Times:
    """Find the moments at which a series is highest.

    Parameters
    ----------
    time : float64 array, shape (moments,)
        Seconds, evenly spaced.
    values : float32 array, shape (moments,)
        What is looked at; smoothed over three moments first.
    most : int
        How many peaks at most.
    apart_s : float
        Seconds between two peaks at least.
    share : float
        Peaks lower than this share of the highest are left out.

    Returns
    -------
    float64 array, shape (peaks,)
        Their times, rising.
    """
    from scipy.ndimage import uniform_filter1d  # the configuration imports this module: 0.4 s
    from scipy.signal import find_peaks

    if len(time) < 3:
        return time[:0]
    smooth = uniform_filter1d(values.astype(float), 3)
    distance = max(apart_s / float(np.median(np.diff(time))), 1.0)
    found, _ = find_peaks(np.pad(smooth, 1), distance=distance, height=share * smooth.max())
    found = found - 1
    best = found[np.argsort(-smooth[found], kind="stable")][:most]
    times: Times = np.sort(time[best])
    return times
