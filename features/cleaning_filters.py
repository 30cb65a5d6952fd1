"""Filters for one person's keypoints on true time: outliers, gaps, smoothing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

#: The median of absolute deviations times this is the standard deviation of a normal distribution.
MAD_TO_SIGMA = 1.4826


def outliers(time: Array, values: Array, window_s: float, sigmas: float, least: float) -> Mask:
    """Find values far from the median of their neighbours in time.

    Parameters
    ----------
    time : float64 array, shape (rows,)
        Seconds, rising.
    values : float64 array, shape (rows, channels)
        NaN where missing.
    window_s : float
        Length of the neighbourhood, in seconds.
    sigmas : float
        How many robust standard deviations are too far.
    least : float
        Nothing nearer than this is an outlier, in the unit of the values.

    Notes
    -----
    Hampel, Journal of the American Statistical Association 69 (1974).
    """
    half = max(_rows_in(time, window_s) // 2, 1)
    found = np.zeros(values.shape, bool)
    for channel, wild in zip(
        values.T, found.T, strict=True
    ):  # all at once take gigabytes of an hour
        known = np.isfinite(channel)
        padded = np.pad(channel, half, constant_values=np.nan)
        near = sliding_window_view(padded, 2 * half + 1)[known]
        median = np.nanmedian(near, axis=1)
        sigma = MAD_TO_SIGMA * np.nanmedian(np.abs(near - median[:, None]), axis=1)
        wild[known] = np.abs(channel[known] - median) > np.maximum(sigmas * sigma, least)
    return found


def fill(time: Array, values: Array, max_gap_s: float) -> Array:
    """Fill missing values between two known ones on a straight line, over gaps up to a limit.

    Parameters
    ----------
    time : float64 array, shape (rows,)
        Seconds, rising.
    values : float64 array, shape (rows, channels)
        NaN where missing.
    max_gap_s : float
        Longest time between the two known values, in seconds.
    """
    filled = values.copy()
    for channel in filled.T:
        known = np.flatnonzero(np.isfinite(channel))
        if len(known) < 2:
            continue
        missing = np.flatnonzero(~np.isfinite(channel))
        after = np.searchsorted(known, missing)
        between = (after > 0) & (after < len(known))
        missing, after = missing[between], after[between]
        short = time[known[after]] - time[known[after - 1]] <= max_gap_s
        channel[missing[short]] = np.interp(time[missing[short]], time[known], channel[known])
    return filled


def savitzky_golay(time: Array, values: Array, window_s: float) -> Array:
    """Smooth with local parabolas: Savitzky and Golay, Analytical Chemistry 36 (1964)."""
    from scipy.signal import savgol_filter

    length = max(_rows_in(time, window_s) // 2 * 2 + 1, 5)

    def smooth(channel: Array, _rate: float) -> Array:
        if len(channel) < length:
            return channel
        return np.asarray(savgol_filter(channel, length, 2))

    return _on_even_time(time, values, smooth)


def butterworth(time: Array, values: Array, cutoff_hz: float) -> Array:
    """Smooth forwards and backwards with a low-pass of order 2: no delay, order 4 in all."""
    from scipy.signal import butter, sosfiltfilt

    def smooth(channel: Array, rate: float) -> Array:
        if cutoff_hz >= 0.49 * rate or len(channel) < 10:
            return channel
        return np.asarray(sosfiltfilt(butter(2, cutoff_hz, fs=rate, output="sos"), channel))

    return _on_even_time(time, values, smooth)


def one_euro(time: Array, values: Array, min_cutoff_hz: float, speed_coefficient: float) -> Array:
    """Smooth live, less the faster a value moves: Casiez, Roussel and Vogel, CHI 2012.

    Parameters
    ----------
    time : float64 array, shape (rows,)
        Seconds, rising.
    values : float64 array, shape (rows, channels)
        NaN where missing: the filter starts anew after it.
    min_cutoff_hz : float
        Cutoff of what does not move, in hertz.
    speed_coefficient : float
        Hertz of cutoff for each unit per second.
    """
    smooth = values.copy()
    speed = np.zeros(values.shape[1])
    for i in range(1, len(values)):
        step = time[i] - time[i - 1]
        past = np.isfinite(smooth[i - 1])
        change = np.where(past, (values[i] - smooth[i - 1]) / step, 0)
        speed += _share(1.0, step) * (np.nan_to_num(change) - speed)
        share = _share(min_cutoff_hz + speed_coefficient * np.abs(speed), step)
        smooth[i] = np.where(past, smooth[i - 1] + share * (values[i] - smooth[i - 1]), values[i])
    return smooth


def _share(cutoff_hz: Array | float, step_s: float) -> Array:
    return np.asarray(1 / (1 + 1 / (2 * np.pi * np.asarray(cutoff_hz) * step_s)))


def _rows_in(time: Array, seconds: float) -> int:
    step = float(np.median(np.diff(time))) if len(time) > 1 else seconds
    return round(seconds / max(step, 1e-9))


def _on_even_time(time: Array, values: Array, smooth: Callable[[Array, float], Array]) -> Array:
    """Filter every unbroken stretch of every channel at its median rate, and come back."""
    result = values.copy()
    for channel in result.T:
        known = np.isfinite(channel)
        edges = np.flatnonzero(np.diff(np.concatenate([[False], known, [False]]).astype(np.int8)))
        for first, last in edges.reshape(-1, 2).tolist():
            if last - first > 2:
                stretch = slice(first, last)
                channel[stretch] = _even(time[stretch], channel[stretch], smooth)
    return result


def _even(time: Array, values: Array, smooth: Callable[[Array, float], Array]) -> Array:
    step = float(np.median(np.diff(time)))
    even = np.linspace(time[0], time[-1], max(round((time[-1] - time[0]) / step), 1) + 1)
    rate = (len(even) - 1) / (time[-1] - time[0])
    return np.interp(time, even, smooth(np.interp(even, time, values), rate))
