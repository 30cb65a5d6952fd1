"""The class that is nothing in particular, from the time of labelled people that nobody labelled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from classifiers.actions import Action
from classifiers.recordings import Recording
from tracker.settings import Settings

Intervals = NDArray[np.float64]


class BackgroundSettings(Settings):
    """What the unlabelled time of labelled people teaches."""

    label: str = Field(default="idle", min_length=1)
    """What it is called; labels of this name belong to it, too."""
    ratio: float = Field(default=3.0, ge=0)
    """So many stretches of it, a window long, are learnt for each label at most; with 0 unlabelled
    time teaches nothing, as where not everything was labelled."""
    clear_s: float = Field(default=0.1, ge=0)
    """Seconds that a stretch stays away from labels, in which nobody knows where they begin."""


def claimed(labels: Iterable[Action], window_s: float, clear_s: float = 0.0) -> Intervals:
    """Give the time that labels take, shape (labels, 2); one shorter than a window takes a window."""
    spans = [
        (
            min(each.start_s, each.middle_s - window_s / 2),
            max(each.end_s, each.middle_s + window_s / 2),
        )
        for each in labels
    ]
    wider: Intervals = np.array(spans, float).reshape(-1, 2) + np.array([-clear_s, clear_s])
    return wider


def with_background(
    recordings: Sequence[Recording],
    undecided: Sequence[Sequence[Action]],
    window_s: float,
    settings: BackgroundSettings,
    seed: int = 1,
) -> list[Recording]:
    """Add stretches of unlabelled time to the labels of each recording.

    Parameters
    ----------
    recordings : sequence of Recording
        Of one person each, everything that the person did being labelled.
    undecided : sequence of sequence of Action
        For each recording, time that is neither labelled nor nothing.
    window_s : float
        Length of a stretch, in seconds.
    settings : BackgroundSettings
        How many, how far from labels, and what they are called.
    seed : int
        The same seed chooses the same stretches.

    Returns
    -------
    list of Recording
        The same, with background labels added in time order.
    """
    free = [
        _stretches(each, [*each.labels, *open_rows], window_s, settings)
        for each, open_rows in zip(recordings, undecided, strict=True)
    ]
    labels = sum(len(each.labels) for each in recordings)
    wanted = int(np.ceil(settings.ratio * labels))
    every = sum(map(len, free))
    kept = np.zeros(every, bool)
    kept[np.random.default_rng(seed).permutation(every)[:wanted]] = True
    parts = np.split(kept, np.cumsum([len(part) for part in free])[:-1]) if free else []
    return [
        _added(each, part[chosen], window_s, settings.label)
        for each, part, chosen in zip(recordings, free, parts, strict=True)
    ]


def _stretches(
    recording: Recording, labels: Sequence[Action], window_s: float, settings: BackgroundSettings
) -> NDArray[np.float64]:
    """Find where unlabelled stretches begin, shape (stretches,): as many as fit between labels."""
    time = recording.tracks.time
    if not len(time):
        return np.empty(0)
    taken = claimed(labels, window_s, settings.clear_s)
    taken = taken[np.argsort(taken[:, 0], kind="stable")]
    starts = np.r_[time[0], np.maximum.accumulate(taken[:, 1])]
    ends = np.r_[taken[:, 0], time[-1]]
    counts = np.maximum((ends - np.maximum(starts, time[0])) // window_s, 0).astype(int)
    begins = [start + window_s * np.arange(n) for start, n in zip(starts, counts, strict=True) if n]
    return np.concatenate([np.empty(0), *begins])


def _added(
    recording: Recording, starts: NDArray[np.float64], window_s: float, label: str
) -> Recording:
    person = int(recording.tracks.track_id[0])
    nothing = [
        Action(person, start, start + window_s, float("nan"), label, float("nan"))
        for start in starts.tolist()
    ]
    labels = sorted((*recording.labels, *nothing), key=lambda each: each.start_s)
    return replace(recording, labels=tuple(labels))
