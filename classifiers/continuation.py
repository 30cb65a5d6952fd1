"""Who is lost while falling and found again on the floor is one person."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from features.body_scale import body_scale
from features.joints import ACTION13, convert_joints
from tracker.settings import Settings
from tracker.tracks import Tracks

Values = NDArray[np.float64]
_END_S = 2.0


class ContinuationSettings(Settings):
    """When somebody new is somebody who was lost. Lengths are in torsos."""

    within_s: float = Field(default=1.0, ge=0)
    """Seconds between the last row of one person and the first of the other at most; 0 joins nobody."""
    reach: float = Field(default=3.0, gt=0)
    """Torsos between the middles of both at most: who falls moves by about a body's length, 2.7."""


@dataclass(frozen=True)
class _End:
    """One end of a person's life in the video."""

    person: int
    time: float
    middle: Values
    scale: float


def continued(tracks: Tracks, settings: ContinuationSettings) -> Tracks:
    """Give people who were lost and found again nearby the ID they had.

    A tracker that never mixes people up rather loses somebody who falls: the body turns and is seen
    badly for some frames. For whether they fell, and how long they stay down, it is one life.

    Parameters
    ----------
    tracks : Tracks
        Everybody.
    settings : ContinuationSettings
        How near in time and place.

    Returns
    -------
    Tracks
        The same rows; each ID is the earlier one's.
    """
    people = np.unique(tracks.track_id).tolist()
    if len(people) < 2 or not settings.within_s:
        return tracks
    lasts = [_end(tracks, person, first=False) for person in people]
    firsts = [_end(tracks, person, first=True) for person in people]
    pairs = sorted(
        (first.time - last.time, last.person, first.person)
        for last in lasts
        for first in firsts
        if _may_follow(last, first, settings)
    )
    earlier: dict[int, int] = {}
    for _, before, after in pairs:
        if after not in earlier and before not in earlier.values():
            earlier[after] = before
    if not earlier:
        return tracks
    names = np.array([_first_name(person, earlier) for person in people], np.int64)
    joined = names[np.searchsorted(people, tracks.track_id)]
    order = np.lexsort((joined, tracks.frame))
    return replace(
        tracks,
        frame=tracks.frame[order],
        time=tracks.time[order],
        track_id=joined[order],
        xy=tracks.xy[order],
        score=tracks.score[order],
        state=tracks.state[order],
    )


def _may_follow(last: _End, first: _End, settings: ContinuationSettings) -> bool:
    if last.person == first.person or not 0 < first.time - last.time <= settings.within_s:
        return False
    away = float(np.hypot(*(first.middle - last.middle)))
    return away <= settings.reach * last.scale


def _end(tracks: Tracks, person: int, *, first: bool) -> _End:
    rows = np.flatnonzero(tracks.track_id == person)
    seen = rows[np.isfinite(tracks.xy[rows, :, 0]).any(axis=1)]
    if not len(seen):
        nowhere = np.full(2, np.nan)
        return _End(person, float(tracks.time[rows[0]]), nowhere, float("nan"))
    moment = float(tracks.time[seen[0 if first else -1]])
    near = seen[np.abs(tracks.time[seen] - moment) <= _END_S]
    xy = convert_joints(tracks.xy[near], tracks.skeleton, ACTION13).astype(np.float64)
    at_end = tracks.xy[seen[0 if first else -1]]
    middle = np.nanmean(at_end, axis=0).astype(np.float64)
    return _End(person, moment, middle, float(body_scale(xy[None], ACTION13)[0]))


def _first_name(person: int, earlier: dict[int, int]) -> int:
    while person in earlier:
        person = earlier[person]
    return person
