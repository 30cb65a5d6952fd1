"""From probabilities of overlapping windows to intervals: what began and ended when."""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from tracker.settings import Settings

Times = NDArray[np.float64]
Probabilities = NDArray[np.float32]


class EventSettings(Settings):
    """How probabilities become intervals. All spans are true time, whatever the frame rate."""

    smooth_s: float = Field(default=0.2, ge=0)
    """Span in seconds over which neighbouring windows' probabilities are averaged."""
    enter: float = Field(default=0.6, gt=0, le=1)
    """An interval needs a moment at which something other than the background is this probable."""
    leave: float = Field(default=0.4, gt=0, le=1)
    """It reaches as far as that probability stays above this."""
    min_s: float = Field(default=0.1, ge=0)
    """Shorter intervals are dropped, shorter pieces of one label go to their longer neighbour."""
    merge_s: float = Field(default=0.1, ge=0)
    """Intervals of one label closer to each other than this are one."""
    least_score: float = Field(default=0.0, ge=0, le=1)
    """Intervals over which the label's mean probability is lower are dropped."""
    separation_s: float = Field(default=0.0, ge=0)
    """Of two intervals of one person with peaks closer than this the less sure one is dropped."""


@dataclass(frozen=True)
class Event:
    """One person's interval.

    Parameters
    ----------
    start_s, end_s, peak_s : float
        Seconds; the peak is the moment of the highest probability of its label.
    label : int
        Number of the class.
    score : float
        Mean probability of the label over the interval.
    """

    start_s: float
    end_s: float
    peak_s: float
    label: int
    score: float


def smooth(time: Times, values: Probabilities, span_s: float) -> Probabilities:
    """Average each moment with its neighbours in time.

    Parameters
    ----------
    time : float64 array, shape (windows,)
        Seconds, rising.
    values : float32 array, shape (windows, classes)
        Probabilities.
    span_s : float
        Length of the span around each moment. (`classifiers.live` averages over the past alone.)

    Returns
    -------
    float32 array, shape (windows, classes)
        Means over the windows in each span.
    """
    first = np.searchsorted(time, time - span_s / 2 - 1e-9)
    last = np.searchsorted(time, time + span_s / 2 + 1e-9)
    sums = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0, dtype=float)])
    means: Probabilities = ((sums[last] - sums[first]) / (last - first)[:, None]).astype(np.float32)
    return means


def find_events(
    time: Times,
    probabilities: Probabilities,
    background: int | None,
    step_s: float,
    settings: EventSettings,
) -> list[Event]:
    """Find one person's intervals.

    Where anything but the background is probable (with hysteresis) is cut where the likeliest label
    changes; pieces too short to be real go to their neighbours.

    Parameters
    ----------
    time : float64 array, shape (windows,)
        Centres of the person's windows in seconds, rising.
    probabilities : float32 array, shape (windows, classes)
        Of each window.
    background : int or None
        The class that is nothing in particular; None where every class counts.
    step_s : float
        Seconds from one window to the next; each window stands for so much time.
    settings : EventSettings
        Thresholds and spans.

    Returns
    -------
    list of Event
        In time order, never overlapping.
    """
    if not len(time):
        return []
    means = smooth(time, probabilities, settings.smooth_s)
    labels = means.copy()
    active = np.ones(len(time), np.float32)
    if background is not None:
        active = 1 - means[:, background]
        labels[:, background] = -1
    likeliest = labels.argmax(axis=1)
    found = []
    for start, end in _active_runs(time, active, step_s, settings):
        pieces = _pieces(likeliest[start:end], start)
        for first, last in _without_short(time, pieces, step_s, settings.min_s):
            found.append(_event(time, means, likeliest, slice(first, last), step_s))
    sure = [e for e in _merged(found, settings.merge_s) if e.score >= settings.least_score]
    return _apart(sure, settings.separation_s)


def _active_runs(
    time: Times, active: Probabilities, step_s: float, settings: EventSettings
) -> list[tuple[int, int]]:
    """Find runs above ``leave`` that somewhere pass ``enter``; a hole in time ends a run."""
    high = active >= min(settings.leave, settings.enter)
    hole = np.diff(time, prepend=time[0]) > max(1.5 * step_s, settings.merge_s)
    begins = high & (np.r_[True, ~high[:-1]] | hole)
    starts = np.flatnonzero(begins)
    ends = np.flatnonzero(high & np.r_[begins[1:] | ~high[1:], True]) + 1
    return [
        (int(start), int(end))
        for start, end in zip(starts, ends, strict=True)
        if active[start:end].max() >= settings.enter
    ]


def _pieces(likeliest: NDArray[np.intp], offset: int) -> list[tuple[int, int]]:
    cuts = np.flatnonzero(np.diff(likeliest)) + 1
    edges = [0, *cuts.tolist(), len(likeliest)]
    return [(offset + a, offset + b) for a, b in pairwise(edges)]


def _without_short(
    time: Times, pieces: list[tuple[int, int]], step_s: float, min_s: float
) -> list[tuple[int, int]]:
    """Give the shortest piece to its longer neighbour until none is too short; drop a lone one."""

    def length(first: int, last: int) -> float:
        return float(time[last - 1] - time[first] + step_s)

    last_of = dict(pieces)  # by where a piece begins; neighbours end where the next one begins
    first_of = {last: first for first, last in pieces}
    shortest_first = [(length(*piece), *piece) for piece in pieces]
    heapify(shortest_first)
    while shortest_first:
        seconds, first, last = heappop(shortest_first)
        if last_of.get(first) != last:
            continue  # it has grown or is gone
        if seconds >= min_s - 1e-9:
            break
        del last_of[first], first_of[last]
        beside = [(first_of[first], first)] if first in first_of else []
        beside += [(last, last_of[last])] if last in last_of else []
        if beside:
            heir = max(beside, key=lambda piece: length(*piece))
            whole = (min(first, heir[0]), max(last, heir[1]))
            del last_of[heir[0]], first_of[heir[1]]
            last_of[whole[0]], first_of[whole[1]] = whole[1], whole[0]
            heappush(shortest_first, (length(*whole), *whole))
    return sorted(last_of.items())


def _event(
    time: Times,
    means: Probabilities,
    likeliest: NDArray[np.intp],
    span: slice,
    step_s: float,
) -> Event:
    label = int(np.bincount(likeliest[span]).argmax())
    of_label = means[span, label]
    moments = time[span]
    return Event(
        start_s=float(moments[0] - step_s / 2),
        end_s=float(moments[-1] + step_s / 2),
        peak_s=float(moments[of_label.argmax()]),
        label=label,
        score=float(of_label.mean()),
    )


def _merged(events: list[Event], merge_s: float) -> list[Event]:
    merged: list[Event] = []
    for event in events:
        last = merged[-1] if merged else None
        near = last is not None and event.start_s - last.end_s <= merge_s + 1e-9
        if last is not None and near and last.label == event.label:
            surer = max(last, event, key=lambda each: each.score)
            merged[-1] = Event(
                last.start_s, event.end_s, surer.peak_s, event.label, _joint_score(last, event)
            )
        else:
            merged.append(event)
    return merged


def _joint_score(first: Event, second: Event) -> float:
    lengths = np.array([first.end_s - first.start_s, second.end_s - second.start_s])
    return float(np.average([first.score, second.score], weights=lengths))


def _apart(events: list[Event], separation_s: float) -> list[Event]:
    kept: list[Event] = []
    peaks: list[float] = []  # of the events kept, rising
    for event in sorted(events, key=lambda each: -each.score):
        place = bisect(peaks, event.peak_s)
        beside = peaks[max(place - 1, 0) : place + 1]
        if all(abs(event.peak_s - peak) >= separation_s for peak in beside):
            kept.append(event)
            peaks.insert(place, event.peak_s)
    return sorted(kept, key=lambda each: each.start_s)
