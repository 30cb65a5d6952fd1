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
_SAME_MOMENT_S = 0.05


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
    after = followers(tracks, settings)
    if not after:
        return tracks
    earlier = {later: before for before, later in after.items()}
    people = np.unique(tracks.track_id)
    names = np.array([_first_name(person, earlier) for person in people.tolist()], np.int64)
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


def followers(tracks: Tracks, settings: ContinuationSettings) -> dict[int, int]:
    """Say who was lost and found again under another ID; arguments as for `continued`.

    Returns
    -------
    dict of int to int
        The ID found, by the ID lost.
    """
    people = np.unique(tracks.track_id).tolist()
    if len(people) < 2 or not settings.within_s:
        return {}
    lasts = [_end(tracks, person, first=False) for person in people]
    firsts = [_end(tracks, person, first=True) for person in people]
    pairs = sorted(
        (first.time - last.time, last.person, first.person)
        for last in lasts
        for first in firsts
        if _may_follow(last, first, settings)
    )
    after: dict[int, int] = {}
    for _, lost, found in pairs:
        if lost not in after and found not in after.values():
            after[lost] = found
    return after


def known_as(
    tracks: Tracks, person: int, until_s: float, settings: ContinuationSettings
) -> list[int]:
    """Say under which IDs somebody goes until something that they did is over.

    Parameters
    ----------
    tracks : Tracks
        Everybody, as they were tracked.
    person : int
        The ID under which it began.
    until_s : float
        When it is over, in seconds.
    settings : ContinuationSettings
        How near in time and place somebody found is somebody lost.

    Returns
    -------
    list of int
        The person's own ID first; more where it is over only after that ID is lost.
    """
    known = [person]
    if until_s <= last_seen(tracks, person) + _SAME_MOMENT_S:
        return known
    after = followers(tracks, settings)
    while known[-1] in after and until_s > last_seen(tracks, known[-1]) + _SAME_MOMENT_S:
        known.append(after[known[-1]])
    return known


def last_seen(tracks: Tracks, person: int) -> float:
    """Give the second of an ID's last row; 0 for nobody."""
    return float(tracks.time[tracks.track_id == person].max(initial=0.0))


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
