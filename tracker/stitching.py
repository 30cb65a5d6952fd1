"""Join the pieces of a person's track over gaps, looking at the whole video at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from tracker.anchors import necks_and_heights
from tracker.assignment import assign
from tracker.ghosts import GhostSettings, ghosts
from tracker.hiding import HidingSettings
from tracker.meetings import Split, split_at_meetings
from tracker.settings import Settings
from tracker.tracks import Tracks

Array = NDArray[np.float64]
Index = NDArray[np.intp]


class StitchSettings(Settings):
    """How pieces of tracks are joined. Lengths are in heights of the person, times in seconds."""

    piece_patience_s: float = Field(default=1.0, ge=0)
    """Patience of the tracker that makes the pieces: what it gives up is left to the joining."""
    max_gap_s: float = Field(default=3.0, ge=0)
    """Longest gap that is joined over, in seconds."""
    reach: float = Field(default=0.25, gt=0)
    """How far a piece may begin from where another one leads, in heights."""
    reach_growth: float = Field(default=0.1, ge=0)
    """How much that grows with the gap, in heights per second."""
    size_weight: float = Field(default=2.0, ge=0)
    """Weight of the logarithm of the ratio of the heights, beside a distance of 1 at full reach."""
    gap_weight: float = Field(default=0.1, ge=0)
    """Cost of a second of gap."""
    look_s: float = Field(default=1.0, gt=0)
    """The speed at an end of a piece is measured over this time, in seconds."""
    coast_s: float = Field(default=2.0, gt=0)
    """Unseen, the expected speed falls to 1/e in this many seconds."""
    meeting_overlap: float = Field(default=0.3, gt=0)
    """People whose boxes overlap by this (intersection over union) meet: tracks are cut there and
    joined anew; above 1 they never are."""
    stay_share: float = Field(default=0.4, ge=0, le=1)
    """After a meeting, going on as before costs this share of what the motion says."""
    hiding: HidingSettings = HidingSettings()
    """Who was hidden behind whom."""
    ghosts: GhostSettings = GhostSettings()
    """Who is removed."""


@dataclass(frozen=True)
class _Ends:
    """One end of every piece: when, and when, where, how fast and how tall when last clear."""

    time: Array
    clear_time: Array
    place: Array
    speed: Array
    height: Array


_End = tuple[float, float, Array, Array, float]


def stitch(
    tracks: Tracks,
    settings: StitchSettings,
    frame: NDArray[np.int64],
    time: Array,
    sure_score: float,
    cuts: Sequence[float] = (),
) -> NDArray[np.int64]:
    """Undo exchanges where people met, join pieces of the same person and remove ghosts.

    Tracks are cut where people met. Which piece goes on as which is then one assignment over all
    ends and beginnings of the video: a piece has at most one successor, which begins after it ends,
    so that chains come out that never overlap in time.

    Parameters
    ----------
    tracks : Tracks
        What the live tracker found.
    settings : StitchSettings
        The parameters.
    frame, time : arrays, shape (frames,)
        All processed frames of the video, rising, and their seconds.
    sure_score : float
        The score that may start a track.
    cuts : sequence of float
        Times of the first frames after camera cuts, in seconds; nothing is joined over them.

    Returns
    -------
    int64 array, shape (rows,)
        The ID of each row, 0 for those of ghosts; IDs count from 1 in the order in which each
        person's first piece got its ID.
    """
    if not len(tracks):
        return tracks.track_id
    split = split_at_meetings(
        tracks,
        frame,
        time,
        overlap=settings.meeting_overlap,
        hidden_s=settings.max_gap_s,
        hiding=settings.hiding,
    )
    begins, ends = _ends(tracks, split, settings)
    successor = _successors(begins, ends, split.source, settings, np.asarray(cuts, np.float64))
    person = _chains(successor)[split.piece]
    kept = ~ghosts(tracks, person, settings.ghosts, sure_score)[person]
    ids = np.zeros(len(tracks), np.int64)
    ids[kept] = np.unique(person[kept], return_inverse=True)[1] + 1
    return ids


def _ends(tracks: Tracks, split: Split, settings: StitchSettings) -> tuple[_Ends, _Ends]:
    necks, heights = necks_and_heights(tracks.skeleton, tracks.xy)
    heights = np.nan_to_num(heights, nan=1.0)
    order = np.argsort(split.piece, kind="stable")
    rows = np.split(order, np.cumsum(np.bincount(split.piece))[:-1])
    begins, ends = [], []
    for mine in rows:
        clear = mine[split.clear[mine]]
        clear = clear if len(clear) else mine
        time = tracks.time[clear]
        first = clear[time <= time[0] + settings.look_s]
        last = clear[time >= time[-1] - settings.look_s]
        begin, end = float(tracks.time[mine[0]]), float(tracks.time[mine[-1]])
        begins.append((begin, *_way(tracks.time, necks, heights, first, at=time[0])))
        ends.append((end, *_way(tracks.time, necks, heights, last, at=time[-1])))
    return _stack(begins), _stack(ends)


def _way(
    time: Array, necks: Array, heights: Array, rows: Index, *, at: float
) -> tuple[float, Array, Array, float]:
    """Fit a straight way through a few rows: place, speed and height at one time."""
    since = time[rows] - at
    middle, spread = since.mean(), since.var()
    centre = necks[rows].mean(0)
    height = float(np.median(heights[rows]))
    if spread < 1e-9:
        return at, centre, np.zeros(2), height
    speed = ((since - middle)[:, None] * (necks[rows] - centre)).mean(0) / spread
    return at, centre - middle * speed, speed, height


def _stack(ends: list[_End]) -> _Ends:
    time, clear_time, place, speed, height = zip(*ends, strict=True)
    places, speeds = np.array(place), np.array(speed)
    return _Ends(np.array(time), np.array(clear_time), places, speeds, np.array(height))


def _successors(
    begins: _Ends,
    ends: _Ends,
    source: NDArray[np.int64],
    settings: StitchSettings,
    cuts: Array,
) -> NDArray[np.int64]:
    """Find the piece that goes on each piece, -1 for none, by one assignment of the whole video."""
    successor = np.full(len(ends.time), -1, np.int64)
    before, after = _candidates(begins, ends, settings)
    cost = _link_costs(begins, ends, before, after, settings)
    stays = (source[before] == source[after]) & (after == before + 1)
    cost = np.where(stays, settings.stay_share * np.minimum(cost, 1), cost)
    same_view = np.searchsorted(cuts, ends.time, "right")[before]
    same_view = same_view == np.searchsorted(cuts, begins.time, "right")[after]
    possible = (cost <= 1) & same_view
    before, after, cost = before[possible], after[possible], cost[possible]
    for links in _independent(before, after, len(successor)):
        old, row = np.unique(before[links], return_inverse=True)
        new, column = np.unique(after[links], return_inverse=True)
        costs = np.full((len(old), len(new)), np.inf)
        costs[row, column] = cost[links]
        a, b = assign(costs, 1.0)
        successor[old[a]] = new[b]
    return successor


def _candidates(begins: _Ends, ends: _Ends, settings: StitchSettings) -> tuple[Index, Index]:
    """Pairs of pieces of which the second begins after the first ends, within the longest gap."""
    order = np.argsort(begins.time, kind="stable")
    times = begins.time[order]
    low = np.searchsorted(times, ends.time, side="right")
    high = np.searchsorted(times, ends.time + settings.max_gap_s, side="right")
    count = np.maximum(high - low, 0)
    before = np.repeat(np.arange(len(ends.time)), count)
    within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    return before, order[np.repeat(low, count) + within]


def _link_costs(
    begins: _Ends, ends: _Ends, before: Index, after: Index, settings: StitchSettings
) -> Array:
    """Cost of each link: 1 is the most that is joined."""
    gap = begins.clear_time[after] - ends.clear_time[before]
    way = (settings.coast_s * (1 - np.exp(-gap / settings.coast_s)))[:, None]
    jump = begins.place[after] - ends.place[before]
    forward = np.linalg.norm(jump - way * ends.speed[before], axis=1)
    backward = np.linalg.norm(jump - way * begins.speed[after], axis=1)
    height = np.sqrt(begins.height[after] * ends.height[before])
    distance = np.minimum(forward, backward) / height
    grown = np.abs(np.log(begins.height[after] / ends.height[before]))
    cost = distance / (settings.reach + settings.reach_growth * gap)
    return np.asarray(cost + settings.size_weight * grown + settings.gap_weight * gap)


def _independent(before: Index, after: Index, pieces: int) -> Iterator[Index]:
    """Split the links into groups that share no end and no beginning, so that each is small."""
    from scipy.sparse import coo_array  # 0.4 s: when first needed, not at the start
    from scipy.sparse.csgraph import connected_components

    graph = coo_array(
        (np.ones(len(before), np.int8), (before, after + pieces)), shape=(2 * pieces, 2 * pieces)
    )
    group = connected_components(graph, directed=False)[1][before]
    order = np.argsort(group, kind="stable")
    if len(order):
        yield from np.split(order, np.flatnonzero(np.diff(group[order])) + 1)


def _chains(successor: NDArray[np.int64]) -> NDArray[np.int64]:
    """Find the first piece of the chain that each piece belongs to."""
    first = np.arange(len(successor))
    joined = np.flatnonzero(successor >= 0)
    first[successor[joined]] = joined
    while True:
        further = first[first]
        if (further == first).all():
            return first
        first = further
