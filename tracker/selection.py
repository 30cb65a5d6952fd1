"""Which people matter: those in a region, and the few that are there long, large and moving."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tracker.anchors import necks_and_heights
from tracker.boxes import bounding_boxes
from tracker.tracks import Tracks

Point = tuple[float, float]
Ids = NDArray[np.int64]

#: Somebody who stays in place counts this much of somebody who moves by a height or more.
STILL_SHARE = 0.05
#: Who matters less than this share of the least of the chosen does not stand in for anybody.
STAND_IN_SHARE = 0.5
#: Two people may be seen together in this share of the shorter life and still count as one after
#: the other: a person found twice for a moment.
OVERLAP_SHARE = 0.1


def inside(tracks: Tracks, ids: Ids, polygon: Sequence[Point]) -> Ids:
    """Keep the people who stand in a region for at least half of the time they are seen.

    Parameters
    ----------
    tracks : Tracks
        Everybody.
    ids : int64 array, shape (rows,)
        The ID that each row has by now, which need not be the table's; 0 for nobody.
    polygon : sequence of (x, y)
        Corners of the region in pixels of the upright picture, in order.

    Returns
    -------
    int64 array, shape (rows,)
        The IDs, 0 for who does not stand there.
    """
    boxes = bounding_boxes(tracks.xy)
    within = _in_polygon((boxes[:, 0] + boxes[:, 2]) / 2, boxes[:, 3], np.array(polygon, float))
    found, person = np.unique(ids, return_inverse=True)
    share = np.bincount(person, within, len(found)) / np.bincount(person, minlength=len(found))
    return np.where(share[person] >= 0.5, ids, 0)


def most_important(tracks: Tracks, ids: Ids, people: int) -> Ids:
    """Keep the people that matter: at most so many at any time.

    Who matters is there long, is large and moves. A person whose track broke is more than one here:
    so long as they are not seen together, later ones stand in for earlier ones, but only if they
    are of the same weight, so that an umpire does not stand in for a player who left.

    Parameters
    ----------
    tracks : Tracks
        Everybody.
    ids : int64 array, shape (rows,)
        The ID that each row has by now, which need not be the table's; 0 for nobody.
    people : int
        How many to keep at any time.

    Returns
    -------
    int64 array, shape (rows,)
        The IDs, 0 for who does not matter.
    """
    found, person = np.unique(ids, return_inverse=True)
    weight, seconds = _weights(tracks, person, len(found))
    frames = np.unique(tracks.frame, return_inverse=True)[1]
    taken = np.zeros(int(frames.max(initial=0)) + 1, np.int64)
    kept = np.zeros(len(found), bool)
    floor = 0.0
    order = np.argsort(-weight * seconds, kind="stable")
    for candidate in order[found[order] > 0].tolist():
        mine = frames[person == candidate]
        crowded = (taken[mine] >= people).mean()
        if crowded > OVERLAP_SHARE or weight[candidate] < floor:
            continue
        kept[candidate] = True
        taken[mine] += 1
        if kept.sum() == people:
            floor = STAND_IN_SHARE * float(weight[kept].min())
    return np.where(kept[person], ids, 0)


def _weights(
    tracks: Tracks, person: NDArray[np.intp], people: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weight of each person, size and motion together, and the seconds in which they are seen."""
    necks, heights = necks_and_heights(tracks.skeleton, tracks.xy)
    weight, seconds = np.zeros(people), np.zeros(people)
    step = np.median(np.diff(np.unique(tracks.time))) if len(np.unique(tracks.time)) > 1 else 1.0
    for i in range(people):
        mine = person == i
        height = float(np.nan_to_num(np.median(heights[mine])))
        spread = float(np.hypot(*necks[mine].std(0))) / max(height, 1.0)
        weight[i] = np.sqrt(height) * (STILL_SHARE + min(spread, 1.0))
        seconds[i] = mine.sum() * step
    return weight, seconds


def _in_polygon(
    x: NDArray[np.float64], y: NDArray[np.float64], polygon: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Even-odd rule, points on the left and upper border inside."""
    within = np.zeros(len(x), bool)
    for (ax, ay), (bx, by) in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        spans = (ay > y) != (by > y)
        with np.errstate(divide="ignore", invalid="ignore"):
            crossing = ax + (y - ay) * (bx - ax) / (by - ay)
        within ^= spans & (x < crossing)
    return within
