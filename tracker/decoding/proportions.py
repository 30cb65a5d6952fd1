"""Limbs too long for their person: connections that a body cannot have."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from tracker.decoding.limbs import Connections
from tracker.decoding.peaks import IntArray, Peaks
from tracker.poses import FloatArray
from tracker.skeleton import Skeleton

#: Where the keypoints of somebody who stands with hanging arms are, in torso lengths from the neck, x
#: for the left side, y down (rounded from Drillis and Contini 1966; face and foot from photographs).
STANDING: dict[str, tuple[float, float]] = {
    "head": (0.0, -0.62), "nose": (0.0, -0.4), "eye": (0.12, -0.46), "ear": (0.26, -0.4),
    "neck": (0.0, 0.0), "chest": (0.0, 0.5), "mid_hip": (0.0, 1.0), "shoulder": (0.4, 0.0),
    "elbow": (0.45, 0.65), "wrist": (0.45, 1.15), "hip": (0.3, 1.0), "knee": (0.3, 1.85),
    "ankle": (0.3, 2.7), "heel": (0.3, 2.85), "big_toe": (0.55, 2.85), "small_toe": (0.65, 2.85),
}  # fmt: skip
#: Cells by which a limb may be longer than it should: keypoints of small people are not better known.
SLACK = 2.0


@cache
def limb_lengths(skeleton: Skeleton) -> FloatArray:
    """Give the length of each limb of somebody who stands, in torso lengths, shape (limbs,)."""
    places = np.array([_place(name) for name in skeleton.keypoints])
    limbs = np.array(skeleton.limbs, np.intp).reshape(-1, 2)
    steps = places[limbs[:, 1]] - places[limbs[:, 0]]
    return np.asarray(np.hypot(steps[:, 0], steps[:, 1]), np.float32)


def _place(name: str) -> tuple[float, float]:
    if name in STANDING:
        return STANDING[name]
    side, _, part = name.partition("_")
    x, y = STANDING[part]
    return (x if side == "left" else -x), y


def stretched(
    connections: Connections, parts: IntArray, peaks: Peaks, skeleton: Skeleton, most: float
) -> NDArray[np.bool_]:
    """Find connections that are too long for the person they are part of.

    Parameters
    ----------
    connections : Connections
        The pairs people were put together from.
    parts : int array, shape (people, keypoints)
        Numbers of candidates, -1 for none.
    peaks : Peaks
        The candidates.
    skeleton : Skeleton
        Whose limbs the connections are.
    most : float
        How many times longer than the person's other limbs say a limb may be. Turning away and
        bending only shorten limbs in a picture, so the other limbs are told by their median.

    Returns
    -------
    bool array, shape (connections,)
    """
    owner = np.full(len(peaks) + 1, -1, np.intp)
    owner[parts] = np.arange(len(parts))[:, None]
    owner[-1] = -1  # where parts had no candidate
    person = np.where(
        owner[connections.start] == owner[connections.end], owner[connections.end], -1
    )
    step = peaks.cells[connections.end] - peaks.cells[connections.start]
    length = np.hypot(step[:, 0], step[:, 1])
    expected = limb_lengths(skeleton)[connections.limb]
    torso = _lower_median(length / expected, person)
    too_long: NDArray[np.bool_] = length > most * torso * expected + SLACK
    return too_long & (person >= 0)


def _lower_median(values: FloatArray, group: IntArray) -> FloatArray:
    """Give each value the lower median of its group."""
    order = np.lexsort((values, group))
    ordered = group[order]
    first = np.searchsorted(ordered, group, side="left")
    last = np.searchsorted(ordered, group, side="right") - 1
    median: FloatArray = values[order][(first + last) // 2]
    return median
