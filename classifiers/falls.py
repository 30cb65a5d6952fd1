"""Falls in two stages: a neck that drops, then a classifier; and the person must stay down."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from classifiers.actions import Action, with_frames
from classifiers.continuation import ContinuationSettings, continued
from classifiers.model import ActionModel
from classifiers.stillness import StillDownSettings, down_until
from features.extractors import falling
from features.joints import ACTION13
from features.motion import highest_peaks, middles_of_drops, neck_drops
from features.windows import Windows, WindowSettings, windows_at
from tracker.settings import Settings
from tracker.tracks import Tracks

Times = NDArray[np.float64]
#: From standing to the floor takes about a second.
_HALF_A_FALL_S = 0.5


class FallSettings(Settings):
    """What counts as a fall."""

    min_drop: float = Field(default=0.35, gt=0)
    """A candidate's neck comes down by so many torso lengths within a second."""
    apart_s: float = Field(default=1.0, gt=0)
    """Seconds between two candidates of one person at least."""
    shift_s: float = Field(default=0.12, ge=0)
    """A candidate is looked at in three windows, this many seconds apart, and their mean counts."""
    enter: float = Field(default=0.5, gt=0, le=1)
    """Probability from which a candidate is a fall; classes weigh alike in training, so that it was
    not chosen on any clip (docs/decisions/0065)."""
    still: StillDownSettings = StillDownSettings()
    """Whether the person stays down."""
    continuation: ContinuationSettings = ContinuationSettings()
    """When somebody found on the floor is somebody who was lost while falling."""


@dataclass(frozen=True)
class Candidates:
    """Moments at which somebody's neck drops.

    Parameters
    ----------
    track_id : int64 array, shape (candidates,)
        Who.
    time : float64 array, shape (candidates,)
        Seconds: the middle of the drop.
    """

    track_id: NDArray[np.int64]
    time: Times

    def __len__(self) -> int:
        """Count the candidates."""
        return len(self.time)


def candidate_drops(tracks: Tracks, settings: FallSettings) -> Candidates:
    """Find the moments worth a look, by person, then time."""
    person, time, drop = neck_drops(tracks)
    people, times = [np.empty(0, np.int64)], [np.empty(0)]
    for track_id in np.unique(person):
        own = person == track_id
        low = np.where(drop[own] >= settings.min_drop, drop[own], np.float32(0))
        found = _peaks(time[own], low, settings)
        people.append(np.full(len(found), track_id, np.int64))
        times.append(found)
    return Candidates(*middles_of_drops(tracks, np.concatenate(people), np.concatenate(times)))


def possible_falls(
    tracks: Tracks, settings: FallSettings
) -> tuple[Candidates, NDArray[np.float64]]:
    """Find the candidates after which the person is down, and until when, in seconds."""
    found = candidate_drops(tracks, settings)
    until = [
        down_until(tracks, person, time, settings.still)
        for person, time in zip(found.track_id.tolist(), found.time.tolist(), strict=True)
    ]
    down = np.array([end is not None for end in until], bool)
    ends = np.array([end for end in until if end is not None], float)
    return Candidates(found.track_id[down], found.time[down]), ends


def recognise_falls(
    tracks: Tracks, model: ActionModel, settings: FallSettings | None = None
) -> list[Action]:
    """Find everybody's falls.

    Parameters
    ----------
    tracks : Tracks
        Everybody.
    model : ActionModel
        Knows falls from other drops; its first class that is not the background is the fall.
    settings : FallSettings, optional
        Thresholds.

    Returns
    -------
    list of Action
        Each from where the fall began to where the person rose, or the track ends; so its length is
        how long the person stayed down. The peak is the middle of the drop.
    """
    settings = settings or FallSettings()
    tracks = continued(tracks, settings.continuation)
    candidates, until = possible_falls(tracks, settings)
    scores = fall_scores(tracks, candidates, model, settings)
    label = next(name for name in model.classes if name != model.card.background)
    falls: list[Action] = []
    for person, time, end, score in zip(
        candidates.track_id.tolist(),
        candidates.time.tolist(),
        until.tolist(),
        scores.tolist(),
        strict=True,
    ):
        last = falls[-1] if falls and falls[-1].track_id == person else None
        if score < settings.enter or (last is not None and time <= last.end_s):
            continue
        start = max(time - _HALF_A_FALL_S, float(tracks.time[tracks.track_id == person][0]))
        falls.append(Action(person, start, max(end, start), time, label, score))
    falls.sort(key=lambda fall: (fall.start_s, fall.track_id))
    return with_frames(falls, tracks)


def windows_of_drops(
    tracks: Tracks, track_id: NDArray[np.int64], time: Times, settings: WindowSettings
) -> Windows:
    """Cut windows in which the drop stands where `features.extractors.falling` looks for it."""
    centre = time + (0.5 - falling.BEFORE) * (settings.samples - 1) * settings.spacing_s
    return windows_at(tracks, settings, track_id, centre, ACTION13)


def fall_scores(
    tracks: Tracks, candidates: Candidates, model: ActionModel, settings: FallSettings
) -> NDArray[np.float32]:
    """Give the probability of a fall at each candidate, the mean of its three windows."""
    if not len(candidates):
        return np.empty(0, np.float32)
    shifts = np.array([-1, 0, 1]) * settings.shift_s
    times = (candidates.time[:, None] + shifts).ravel()
    people = np.repeat(candidates.track_id, len(shifts))
    windows = windows_of_drops(tracks, people, times, model.card.window)
    fall = next(i for i in range(len(model.classes)) if i != model.background)
    each = model.probabilities(windows)[:, fall]
    means: NDArray[np.float32] = each.reshape(len(candidates), len(shifts)).mean(axis=1)
    return means


def _peaks(time: Times, drop: NDArray[np.float32], settings: FallSettings) -> Times:
    if not drop.any():
        return time[:0]
    return highest_peaks(time, drop, most=len(time), apart_s=settings.apart_s, share=0.0)
