"""Where tracks look suspicious, and how good they look without any ground truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tracker.anchors import necks_and_heights
from tracker.tracks import Tracks

Array = NDArray[np.float64]

#: Necks nearer than this, in heights, are a crossing: IDs may have been exchanged.
CROSSING_HEIGHTS = 0.3
#: Nobody is faster than this, in heights per second (a sprinter runs 6), or jumps less than
#: this far by noise, in heights.
JUMP_SPEED = 7.0
JUMP_HEIGHTS = 0.4
#: A birth or death this near to the border of all that was seen is a person who comes or goes.
BORDER_HEIGHTS = 0.5
#: Births and deaths so near to the first and last frame are the video's, in seconds.
BORDER_S = 0.5


@dataclass(frozen=True)
class Moment:
    """A moment in which an ID may be wrong.

    Parameters
    ----------
    time : float
        Seconds.
    kind : str
        crossing, jump, birth or death.
    people : tuple of int
        The IDs concerned.
    severity : float
        The larger, the more suspicious.
    words : str
        What was found.
    also : tuple of float
        When the same was found of the same people at other times, in seconds, rising.
    """

    time: float
    kind: str
    people: tuple[int, ...]
    severity: float
    words: str
    also: tuple[float, ...] = ()


@dataclass(frozen=True)
class TrackQuality:
    """What can be told of tracks without ground truth.

    Parameters
    ----------
    minutes : float
        Length of the video.
    fragments : int
        Tracks that begin away from the border and not at the start: pieces of somebody else's life,
        or false people.
    births : int
        All tracks.
    rows, missing : int
        Frames in which people were seen, and in which they were missed between two sightings.
    """

    minutes: float
    fragments: int
    births: int
    rows: int
    missing: int

    def named(self) -> dict[str, float | int]:
        """Give the figures by the names of the result line."""
        return {
            "fragments_per_minute": self.fragments / max(self.minutes, 1e-9),
            "births_away_from_border": self.fragments,
            "people": self.births,
            "missing_share": self.missing / max(self.rows + self.missing, 1),
        }

    @classmethod
    def together(cls, each: Sequence[TrackQuality]) -> TrackQuality:
        """Add up the figures of several videos."""
        return cls(
            sum(one.minutes for one in each),
            sum(one.fragments for one in each),
            sum(one.births for one in each),
            sum(one.rows for one in each),
            sum(one.missing for one in each),
        )


def suspicious_moments(tracks: Tracks, time: Array) -> list[Moment]:
    """List crossings, jumps, and births and deaths away from the border, the worst first.

    All crossings of a pair are one entry at their nearest, and so are all jumps of a person.

    Parameters
    ----------
    tracks : Tracks
        Everybody.
    time : float64 array, shape (frames,)
        Seconds of all processed frames.
    """
    if not len(tracks):
        return []
    necks, heights = necks_and_heights(tracks.skeleton, tracks.xy)
    heights = np.nan_to_num(heights, nan=1.0)
    moments = [
        *_crossings(tracks, necks, heights),
        *_jumps(tracks, necks, heights),
        *_comings_and_goings(tracks, necks, heights, time),
    ]
    return sorted(moments, key=lambda moment: (-moment.severity, moment.time, moment.people))


def track_quality(tracks: Tracks, time: Array) -> TrackQuality:
    """Measure tracks without ground truth.

    Parameters
    ----------
    tracks : Tracks
        Everybody.
    time : float64 array, shape (frames,)
        Seconds of all processed frames.
    """
    moments = suspicious_moments(tracks, time)
    at = np.searchsorted(time, tracks.time)
    life = sum(int(np.ptp(at[tracks.track_id == person])) + 1 for person in tracks.ids)
    return TrackQuality(
        float(np.ptp(time)) / 60 if len(time) else 0.0,
        sum(moment.kind == "birth" for moment in moments),
        len(tracks.ids),
        len(tracks),
        life - len(tracks),
    )


def _crossings(tracks: Tracks, necks: Array, heights: Array) -> list[Moment]:
    """Give each pair's nearest moment of all their meetings."""
    meetings: dict[tuple[int, int], list[tuple[float, float]]] = {}
    starts = np.flatnonzero(np.diff(tracks.frame, prepend=-1))
    for rows in np.split(np.arange(len(tracks)), starts[1:]):
        apart = np.linalg.norm(necks[rows, None] - necks[None, rows], axis=2)
        apart /= np.minimum(heights[rows, None], heights[None, rows])
        for a, b in zip(*np.nonzero(np.triu(apart < CROSSING_HEIGHTS, 1)), strict=True):
            pair = (int(tracks.track_id[rows[a]]), int(tracks.track_id[rows[b]]))
            meetings.setdefault(pair, []).append((float(tracks.time[rows[a]]), float(apart[a, b])))
    moments = []
    for pair, times in meetings.items():
        nearest = [min(one, key=lambda moment: moment[1]) for one in _episodes(times)]
        when, distance = min(nearest, key=lambda moment: moment[1])
        also = tuple(time for time, _ in nearest if time != when)
        words = f"{distance:.2f} heights apart"
        severity = 1 - distance / CROSSING_HEIGHTS
        moments.append(Moment(when, "crossing", pair, severity, words, also))
    return moments


def _episodes(times: list[tuple[float, float]]) -> list[list[tuple[float, float]]]:
    """Split a pair's meetings where they were apart for a second."""
    episodes = [[times[0]]]
    for before, after in pairwise(times):
        if after[0] - before[0] > 1:
            episodes.append([])
        episodes[-1].append(after)
    return episodes


def _jumps(tracks: Tracks, necks: Array, heights: Array) -> list[Moment]:
    order = np.lexsort((tracks.frame, tracks.track_id))
    before, after = order[:-1], order[1:]
    same = tracks.track_id[before] == tracks.track_id[after]
    before, after = before[same], after[same]
    way = np.linalg.norm(necks[after] - necks[before], axis=1) / heights[before]
    speed = way / (tracks.time[after] - tracks.time[before])
    jumps = np.flatnonzero((speed > JUMP_SPEED) & (way > JUMP_HEIGHTS))
    by_person: dict[int, list[int]] = {}
    for i in jumps.tolist():
        by_person.setdefault(int(tracks.track_id[after[i]]), []).append(i)
    return [
        _jump(person, tracks.time[after[rows]], way[rows], speed[rows])
        for person, rows in by_person.items()
    ]


def _jump(person: int, time: Array, way: Array, speed: Array) -> Moment:
    """Make one entry of all jumps of a person: more suspicious than half of all crossings."""
    worst = int(np.argmax(way))
    words = f"{way[worst]:.1f} heights at {speed[worst]:.0f} heights/s"
    severity = 0.5 + 0.5 * float(way[worst] / (1 + way[worst]))
    also = tuple(np.delete(time, worst).tolist())
    return Moment(float(time[worst]), "jump", (person,), severity, words, also)


def _comings_and_goings(tracks: Tracks, necks: Array, heights: Array, time: Array) -> list[Moment]:
    low, high = np.nanmin(tracks.xy, (0, 1)), np.nanmax(tracks.xy, (0, 1))
    border = np.minimum(necks - low, high - necks)  # to the left and top, to the right and bottom
    inside = np.minimum(border[:, 0], border[:, 1] + heights) / heights  # feet may be at the edge
    moments = []
    for person in tracks.ids:
        mine = np.flatnonzero(tracks.track_id == person)
        for kind, row, edge in (("birth", mine[0], time[0]), ("death", mine[-1], time[-1])):
            at_edge = abs(tracks.time[row] - edge) < BORDER_S
            if inside[row] > BORDER_HEIGHTS and not at_edge:
                words = f"{inside[row]:.1f} heights from the border"
                severity = min(0.5 + 0.1 * float(inside[row]), 1.0)
                when = float(tracks.time[row])
                moments.append(Moment(when, kind, (person,), severity, words))
    return moments
