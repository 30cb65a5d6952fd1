"""Which candidates belong together: part affinity fields read along every candidate limb at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from tracker.decoding.peaks import IntArray, Peaks
from tracker.decoding.settings import DecoderSettings
from tracker.poses import FloatArray
from tracker.skeleton import Skeleton

_SHORTEST = 1e-3


@dataclass(frozen=True)
class Connections:
    """Pairs of candidates joined by a limb.

    Parameters
    ----------
    limb : int array, shape (pairs,)
        Numbers of the skeleton's limbs.
    start, end : int arrays, shape (pairs,)
        Numbers of the candidates at the limb's two ends.
    score : float32 array, shape (pairs,)
        How well the field agrees: its mean along the limb, at best about 1.
    """

    limb: IntArray
    start: IntArray
    end: IntArray
    score: FloatArray

    def __len__(self) -> int:
        """Count the pairs."""
        return len(self.limb)

    def __getitem__(self, pairs: IntArray | NDArray[np.bool_]) -> Connections:
        """Select pairs by index or mask."""
        return Connections(self.limb[pairs], self.start[pairs], self.end[pairs], self.score[pairs])


def score_limbs(
    fields: FloatArray, peaks: Peaks, skeleton: Skeleton, settings: DecoderSettings
) -> Connections:
    """Score every candidate limb whose field agrees with it.

    Parameters
    ----------
    fields : float32 array, shape (2 * limbs, height, width)
        The part affinity fields, x then y of each limb.
    peaks : Peaks
        The candidates.
    skeleton : Skeleton
        Which candidates each limb may join.
    settings : DecoderSettings
        Sampling, thresholds and length prior.

    Notes
    -----
    The line integral of Cao et al. (CVPR 2017), equations 10 and 11, with the conditions of
    OpenPose's ``bodyPartConnectorBase.cpp``: enough of the points agree, and limbs longer than
    half the picture lose score.
    """
    pairs = candidate_pairs(peaks, skeleton)
    along = _field_along(fields, peaks, pairs, settings.limb_samples)
    step = peaks.cells[pairs.end] - peaks.cells[pairs.start]
    length = np.maximum(np.hypot(step[:, 0], step[:, 1]), _SHORTEST)
    prior = np.minimum(settings.long_limb * fields.shape[1] / length - 1, 0)
    score = along.mean(1) + prior
    agree = (along > settings.limb_threshold).mean(1) >= settings.limb_share
    scored = Connections(pairs.limb, pairs.start, pairs.end, score.astype(np.float32))
    return scored[agree & (score > 0)]


def candidate_pairs(peaks: Peaks, skeleton: Skeleton) -> Connections:
    """List every pair of candidates that some limb may join, with score 0."""
    limbs = np.array(skeleton.limbs, np.intp).reshape(-1, 2)
    count = np.bincount(peaks.keypoint, minlength=len(skeleton))
    first = np.cumsum(count) - count
    row_limb, start = _ranges(first[limbs[:, 0]], count[limbs[:, 0]])
    row, end = _ranges(first[limbs[row_limb, 1]], count[limbs[row_limb, 1]])
    return Connections(row_limb[row], start[row], end, np.zeros(len(row), np.float32))


def _ranges(first: IntArray, count: IntArray) -> tuple[IntArray, IntArray]:
    """Write out ranges one after the other: the number of the range of each value, and the values."""
    which = np.repeat(np.arange(len(count)), count)
    return which, np.arange(len(which)) + (first - np.cumsum(count) + count)[which]


def _field_along(fields: FloatArray, peaks: Peaks, pairs: Connections, samples: int) -> FloatArray:
    """Read the field in the direction of each pair, bilinearly, at points from end to end."""
    height, width = fields.shape[1:]
    start = peaks.cells[pairs.start]
    step = peaks.cells[pairs.end] - start
    unit = step / np.maximum(np.hypot(step[:, :1], step[:, 1:]), _SHORTEST)
    points = np.linspace(0, 1, samples, dtype=np.float32)
    x = start[:, :1] + step[:, :1] * points
    y = start[:, 1:] + step[:, 1:] * points
    left = np.clip(x.astype(np.intp), 0, max(width - 2, 0))
    top = np.clip(y.astype(np.intp), 0, max(height - 2, 0))
    along_x, along_y = x - left, y - top
    limb = pairs.limb[:, None]

    def at(row: IntArray, column: IntArray) -> FloatArray:
        there: FloatArray = fields[2 * limb, row, column] * unit[:, :1]
        there += fields[2 * limb + 1, row, column] * unit[:, 1:]
        return there

    right, below = np.minimum(left + 1, width - 1), np.minimum(top + 1, height - 1)
    upper = at(top, left) * (1 - along_x) + at(top, right) * along_x
    lower = at(below, left) * (1 - along_x) + at(below, right) * along_x
    return np.asarray(upper * (1 - along_y) + lower * along_y, np.float32)


def assign(pairs: Connections, n_peaks: int, settings: DecoderSettings) -> Connections:
    """Choose pairs such that no candidate has two partners along the same limb.

    Parameters
    ----------
    pairs : Connections
        Scored pairs.
    n_peaks : int
        How many candidates there are.
    settings : DecoderSettings
        Best first (OpenPose), or the assignment with the best sum of scores.
    """
    chosen = _best_sum(pairs) if settings.assignment == "hungarian" else _greedy(pairs, n_peaks)
    return pairs[np.array(chosen, np.intp)]


def _greedy(pairs: Connections, n_peaks: int) -> list[int]:
    order = np.argsort(-pairs.score, kind="stable")
    starts = (pairs.limb * n_peaks + pairs.start)[order].tolist()
    ends = (pairs.limb * n_peaks + pairs.end)[order].tolist()
    taken_starts: set[int] = set()
    taken_ends: set[int] = set()
    chosen = []
    for pair, start, end in zip(order.tolist(), starts, ends, strict=True):
        if start in taken_starts or end in taken_ends:
            continue
        taken_starts.add(start)
        taken_ends.add(end)
        chosen.append(pair)
    return chosen


def _best_sum(pairs: Connections) -> list[int]:
    chosen: list[int] = []
    for limb in np.unique(pairs.limb):
        rows = np.flatnonzero(pairs.limb == limb)
        starts, row = np.unique(pairs.start[rows], return_inverse=True)
        ends, column = np.unique(pairs.end[rows], return_inverse=True)
        gain = np.zeros((len(starts), len(ends)))
        number = np.full(gain.shape, -1)
        gain[row, column], number[row, column] = pairs.score[rows], rows
        matched = number[linear_sum_assignment(gain, maximize=True)]
        chosen.extend(matched[matched >= 0].tolist())
    return chosen
