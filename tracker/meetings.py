"""Where people meet: one hides the other, and their tracks may have been exchanged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tracker.blocks import BLOCK_ROWS
from tracker.boxes import bounding_boxes, overlaps
from tracker.gaps import Gaps, find_gaps
from tracker.hiding import HidingSettings, hidden_meetings
from tracker.tracks import Tracks

#: A meeting that pauses for no longer than this goes on, in seconds.
PAUSE_S = 0.3


@dataclass(frozen=True)
class Split:
    """Tracks cut in two wherever people met.

    Parameters
    ----------
    piece : intp array, shape (rows,)
        The piece that each row belongs to, counted from 0.
    source : int64 array, shape (pieces,)
        The ID of the track that each piece was cut from.
    clear : bool array, shape (rows,)
        Rows in which the person met nobody, so that place and height can be trusted.
    """

    piece: NDArray[np.intp]
    source: NDArray[np.int64]
    clear: NDArray[np.bool_]


def split_at_meetings(
    tracks: Tracks,
    frame: NDArray[np.int64],
    time: NDArray[np.float64],
    *,
    overlap: float,
    hidden_s: float,
    hiding: HidingSettings,
) -> Split:
    """Cut both tracks of every meeting at the moment in which the people overlap most.

    Where one of them was hidden, the other is cut when somebody appears beside (`tracker.hiding`).

    Parameters
    ----------
    tracks : Tracks
        Tracks as the live tracker left them.
    frame, time : arrays, shape (frames,)
        All processed frames of the video, rising, and their seconds.
    overlap : float
        Intersection over union from which two people meet; above 1 nobody ever does.
    hidden_s : float
        Somebody who is not seen for at most this long is taken to go straight on, in seconds.
    hiding : HidingSettings
        When somebody was hidden behind somebody else.
    """
    gaps = find_gaps(tracks, tracks.track_id, frame, time, hidden_s)
    cuts: dict[int, list[float]] = {}
    met: list[tuple[int, float, float]] = []
    for pair, moments in _moments(tracks, gaps, overlap).items():
        for begin, end, closest in _meetings(moments):
            for person in pair:
                cuts.setdefault(person, []).append(closest)
                met.append((person, begin, end))
    for person, begin, end in hidden_meetings(tracks, hiding):
        before = float(np.nextafter(end, -np.inf))
        cuts.setdefault(person, []).append(before)
        met.append((person, float(np.nextafter(begin, np.inf)), before))
    number = np.zeros(len(tracks), np.int64)
    clear = np.ones(len(tracks), bool)
    for person, times in cuts.items():
        mine = tracks.track_id == person
        number[mine] = np.searchsorted(np.sort(times), tracks.time[mine])
    for person, begin, end in met:
        clear &= ~((tracks.track_id == person) & (begin <= tracks.time) & (tracks.time <= end))
    most = int(number.max(initial=0)) + 1
    keys, piece = np.unique(tracks.track_id * most + number, return_inverse=True)
    return Split(piece, keys // most, clear)


def _moments(
    tracks: Tracks, gaps: Gaps, overlap: float
) -> dict[tuple[int, int], list[tuple[float, float]]]:
    """Find times and overlaps of every pair of people that overlap enough, hidden ones included."""
    moments: dict[tuple[int, int], list[tuple[float, float]]] = {}
    for time, ids, boxes in _frames(tracks, gaps):
        common = np.triu(overlaps(boxes, boxes), 1)
        for a, b in np.argwhere(common >= overlap).tolist():
            pair = int(ids[a]), int(ids[b])
            moments.setdefault(pair, []).append((time, float(common[a, b])))
    return moments


def _frames(
    tracks: Tracks, gaps: Gaps
) -> Iterator[tuple[float, NDArray[np.int64], NDArray[np.float64]]]:
    """Give time, IDs and boxes of everybody in each frame, block by block of the table."""
    gaps = gaps[np.argsort(gaps.frame, kind="stable")]
    starts = np.flatnonzero(np.diff(tracks.frame, prepend=-1))
    first, done = 0, 0
    while first < len(tracks):
        end = int(np.searchsorted(starts, first + BLOCK_ROWS))
        last = int(starts[end]) if end < len(starts) else len(tracks)
        after = np.searchsorted(gaps.frame, tracks.frame[last]) if last < len(tracks) else len(gaps)
        yield from _frames_of(tracks.rows(slice(first, last)), gaps[done:after], tracks)
        first, done = last, int(after)


def _frames_of(
    seen: Tracks, hidden: Gaps, tracks: Tracks
) -> Iterator[tuple[float, NDArray[np.int64], NDArray[np.float64]]]:
    frame = np.concatenate([seen.frame, hidden.frame])
    ids = np.concatenate([seen.track_id, tracks.track_id[hidden.before]])
    order = np.lexsort((ids, frame))
    time = np.concatenate([seen.time, hidden.time])[order]
    xy = np.concatenate([seen.xy, hidden.places(tracks.xy)])
    boxes, ids = bounding_boxes(xy)[order], ids[order]
    starts = np.flatnonzero(np.diff(frame[order], prepend=-1))
    for first, last in pairwise([*starts.tolist(), len(frame)]):
        yield float(time[first]), ids[first:last], boxes[first:last]


def _meetings(moments: list[tuple[float, float]]) -> list[tuple[float, float, float]]:
    """Begin, end and closest moment of each meeting of a pair."""
    meetings = [[moments[0]]]
    for before, after in pairwise(moments):
        if after[0] - before[0] > PAUSE_S:
            meetings.append([])
        meetings[-1].append(after)
    return [
        (meeting[0][0], meeting[-1][0], max(meeting, key=lambda moment: moment[1])[0])
        for meeting in meetings
    ]
