"""Where people meet: one hides the other, and their tracks may have been exchanged."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tracker.blocks import blocks
from tracker.boxes import bounding_boxes, overlaps
from tracker.gaps import Gaps, find_gaps
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
) -> Split:
    """Cut both tracks of every meeting at the moment in which the people overlap most.

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
    """
    gaps = find_gaps(tracks, tracks.track_id, frame, time, hidden_s)
    cuts: dict[int, list[float]] = {}
    met: list[tuple[int, float, float]] = []
    for pair, moments in _moments(tracks, gaps, overlap).items():
        for begin, end, closest in _meetings(moments):
            for person in pair:
                cuts.setdefault(person, []).append(closest)
                met.append((person, begin, end))
    number = np.zeros(len(tracks), np.int64)
    clear = np.ones(len(tracks), bool)
    for person, times in cuts.items():
        mine = tracks.track_id == person
        number[mine] = np.searchsorted(np.sort(times), tracks.time[mine])
    for person, begin, end in met:
        clear &= ~((tracks.track_id == person) & (begin <= tracks.time) & (tracks.time <= end))
    keys = np.stack([tracks.track_id, number])
    unique, piece = np.unique(keys, axis=1, return_inverse=True)
    return Split(piece.ravel(), unique[0], clear)


def _moments(
    tracks: Tracks, gaps: Gaps, overlap: float
) -> dict[tuple[int, int], list[tuple[float, float]]]:
    """Find times and overlaps of every pair of people that overlap enough, hidden ones included."""
    frame = np.concatenate([tracks.frame, gaps.frame])
    ids = np.concatenate([tracks.track_id, tracks.track_id[gaps.before]])
    order = np.lexsort((ids, frame))
    frame, ids = frame[order], ids[order]
    time = np.concatenate([tracks.time, gaps.time])[order]
    hidden = [bounding_boxes(gaps[part].places(tracks.xy)) for part in blocks(len(gaps))]
    boxes = np.concatenate([bounding_boxes(tracks.xy), *hidden])[order]
    moments: dict[tuple[int, int], list[tuple[float, float]]] = {}
    starts = np.flatnonzero(np.diff(frame, prepend=-1))
    for first, last in pairwise([*starts.tolist(), len(frame)]):
        common = np.triu(overlaps(boxes[first:last], boxes[first:last]), 1)
        for a, b in np.argwhere(common >= overlap).tolist():
            pair = int(ids[first + a]), int(ids[first + b])
            moment = float(time[first]), float(common[a, b])
            moments.setdefault(pair, []).append(moment)
    return moments


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
