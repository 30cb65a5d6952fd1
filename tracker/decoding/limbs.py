"""Which candidates belong together: part affinity fields read along every candidate limb at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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
    pairs = candidate_pairs(peaks, skeleton, settings.nearest)
    pairs = pairs[_worth_reading(fields, peaks, pairs, settings)]
    return _scored(fields, peaks, pairs, settings)


def _scored(
    fields: FloatArray, peaks: Peaks, pairs: Connections, settings: DecoderSettings
) -> Connections:
    """Read the field along pairs and keep those with which it agrees."""
    start = peaks.cells[pairs.start]
    step = peaks.cells[pairs.end] - start
    length = np.maximum(np.hypot(step[:, 0], step[:, 1]), _SHORTEST)
    points = np.linspace(0, 1, settings.limb_samples, dtype=np.float32)
    x = start[:, :1] + step[:, :1] * points
    y = start[:, 1:] + step[:, 1:] * points
    along = _bilinear(fields, pairs.limb, x, y, step / length[:, None])
    prior = np.minimum(settings.long_limb * fields.shape[1] / length - 1, 0)
    score = (along.mean(1) + prior).astype(np.float32)
    agree = (along > settings.limb_threshold).mean(1) >= settings.limb_share
    return Connections(pairs.limb, pairs.start, pairs.end, score)[agree & (score > 0)]


def candidate_pairs(peaks: Peaks, skeleton: Skeleton, nearest: int) -> Connections:
    """List every pair of candidates that some limb may join, with score 0.

    Parameters
    ----------
    peaks : Peaks
        The candidates.
    skeleton : Skeleton
        Which candidates each limb may join.
    nearest : int
        Where more ends than this may follow a start, only the nearest ones are listed, so that pairs
        grow with the people and not with their square.
    """
    limbs = np.array(skeleton.limbs, np.intp).reshape(-1, 2)
    count = np.bincount(peaks.keypoint, minlength=len(skeleton))
    first = np.cumsum(count) - count
    crowded = count[limbs[:, 1]] > nearest
    n_ends = np.where(crowded, 0, count[limbs[:, 1]])
    row_limb, start = _ranges(first[limbs[:, 0]], count[limbs[:, 0]])
    row, end = _ranges(first[limbs[row_limb, 1]], n_ends[row_limb])
    pieces = [(row_limb[row], start[row], end)]
    for number in np.flatnonzero(crowded):
        begin, finish = (slice(first[k], first[k] + count[k]) for k in limbs[number])
        near = _nearest(peaks.cells[begin], peaks.cells[finish], nearest)
        starts = np.repeat(np.arange(begin.start, begin.stop), nearest)
        pieces.append((np.full(len(starts), number), starts, finish.start + near.ravel()))
    limb, start, end = (np.concatenate(column) for column in zip(*pieces, strict=True))
    return Connections(limb, start, end, np.zeros(len(limb), np.float32))


def _nearest(starts: FloatArray, ends: FloatArray, most: int) -> IntArray:
    """Give the numbers of the ``most`` ends nearest to each start, shape (starts, most)."""
    distance = (starts[:, :1] - ends[:, 0]) ** 2 + (starts[:, 1:] - ends[:, 1]) ** 2
    near: IntArray = np.argpartition(distance, most - 1, axis=1)[:, :most]
    return near


def _ranges(first: IntArray, count: IntArray) -> tuple[IntArray, IntArray]:
    """Write out ranges one after the other: the number of the range of each value, and the values."""
    which = np.repeat(np.arange(len(count)), count)
    return which, np.arange(len(which)) + (first - np.cumsum(count) + count)[which]


def _worth_reading(
    fields: FloatArray, peaks: Peaks, pairs: Connections, settings: DecoderSettings
) -> NDArray[np.bool_]:
    """Look at the cell in the middle of each pair: most pairs of a crowd have no field there."""
    height, width = fields.shape[1:]
    begin, end = peaks.cells[pairs.start], peaks.cells[pairs.end]
    step = end - begin
    middle = (np.float32(0.5) * (begin + end) + np.float32(0.5)).astype(np.int32)
    cell = middle[:, 1] * width + middle[:, 0] + 2 * height * width * pairs.limb
    flat = fields.reshape(-1)
    along = flat.take(cell) * step[:, 0] + flat.take(cell + height * width) * step[:, 1]
    worth: NDArray[np.bool_] = along > settings.middle_threshold * np.hypot(step[:, 0], step[:, 1])
    return worth


def _bilinear(
    fields: FloatArray, limb: IntArray, x: FloatArray, y: FloatArray, unit: FloatArray
) -> FloatArray:
    """Read the field in direction ``unit`` (pairs, 2) between the cells, at points (pairs, samples)."""
    height, width = fields.shape[1:]
    left, top = x.astype(np.int32), y.astype(np.int32)
    part_x, part_y = x - left.astype(np.float32), y - top.astype(np.float32)
    right = (left < width - 1).astype(np.int32)
    below = (top < height - 1).astype(np.int32) * width
    corner = top * width + left + (2 * height * width * limb)[:, None]
    flat = fields.reshape(-1)
    along = np.zeros_like(x)
    for axis in (0, 1):
        cell = corner + axis * height * width
        upper = flat.take(cell) * (1 - part_x) + flat.take(cell + right) * part_x
        cell = cell + below
        lower = flat.take(cell) * (1 - part_x) + flat.take(cell + right) * part_x
        along += (upper * (1 - part_y) + lower * part_y) * unit[:, axis : axis + 1]
    return along


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
    from scipy.optimize import linear_sum_assignment  # 0.4 s, and not what is done by default

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
