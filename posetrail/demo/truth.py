"""How far tracks are from the known truth: found people, errors, exchanged identities."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from tracker.errors import EvaluationError
from tracker.poses import FloatArray
from tracker.skeleton import Skeleton
from tracker.tracks import Tracks

#: A track farther from a person than this on average, in the person's torso lengths, is somebody else.
GATE = 0.5
#: A person is found where at least this many keypoints were compared.
LEAST_KEYPOINTS = 4


@dataclass(frozen=True)
class Comparison:
    """What became of the people of the truth.

    Parameters
    ----------
    found : dict of int to float
        ID in the truth to the share of the person's frames in which somebody was found there.
    error : float
        Median distance of the found keypoints from the truth in torso lengths; NaN if nobody was
        found.
    id_switches : int
        How often a person was found under another ID than the last time.
    known_as : dict of int to list of int
        ID in the truth to the IDs that the person was found under, in order of first sighting.
    """

    found: dict[int, float]
    error: float
    id_switches: int
    known_as: dict[int, list[int]] = field(default_factory=dict)


def compare(found: Tracks, truth: Tracks) -> Comparison:
    """Compare tracks with the truth, frame by frame.

    In each frame people are paired with tracks by the Hungarian method, so that the sum of their mean
    keypoint distances is least; pairs farther apart than `GATE` do not count. Identity switches are
    counted as in CLEAR MOT (Bernardin and Stiefelhagen 2008), but without preferring the pairs of the
    frame before.

    Parameters
    ----------
    found : Tracks
        What was found; frames that the truth does not have are passed over.
    truth : Tracks
        Where everybody is.

    Returns
    -------
    Comparison
        Lengths are in torso lengths of the truth, frame by frame.

    Raises
    ------
    EvaluationError
        If the truth is empty or the skeletons differ.
    """
    if not len(truth) or found.skeleton != truth.skeleton:
        raise EvaluationError(
            f"Expected tracks of skeleton {truth.skeleton.name} and a truth with people, found "
            f"{found.skeleton.name} and {len(truth)} rows of truth."
        )
    torso = torso_lengths(truth.skeleton, truth.xy)
    last: dict[int, int] = {}
    sightings = dict.fromkeys(truth.ids, 0)
    known_as: dict[int, list[int]] = {person: [] for person in truth.ids}
    errors, switches = [np.empty(0)], 0
    for frame in np.unique(truth.frame):
        real, seen = np.flatnonzero(truth.frame == frame), np.flatnonzero(found.frame == frame)
        apart = distances(truth.xy[real], found.xy[seen]) / torso[real][:, None, None]
        for i, j in _pairs(apart):
            person, track = int(truth.track_id[real[i]]), int(found.track_id[seen[j]])
            sightings[person] += 1
            switches += last.get(person, track) != track
            last[person] = track
            if track not in known_as[person]:
                known_as[person].append(track)
            errors.append(apart[i, j][np.isfinite(apart[i, j])])
    shares = {i: sightings[i] / int((truth.track_id == i).sum()) for i in truth.ids}
    every = np.concatenate(errors)
    error = float(np.median(every)) if len(every) else float("nan")
    return Comparison(shares, error, switches, known_as)


def torso_lengths(skeleton: Skeleton, xy: FloatArray) -> NDArray[np.float64]:
    """Measure torsos from the neck to between the hips, in pixels, shape (rows,).

    A row without these joints gets the median of the others: a torso changes slowly.
    """
    neck, right, left = (skeleton.index(name) for name in ("neck", "right_hip", "left_hip"))
    hips = (xy[:, right].astype(np.float64) + xy[:, left]) / 2
    lengths: NDArray[np.float64] = np.linalg.norm(xy[:, neck] - hips, axis=1)
    known = np.isfinite(lengths) & (lengths > 0)
    return np.where(known, lengths, np.median(lengths[known]) if known.any() else 1.0)


def distances(real: FloatArray, seen: FloatArray) -> NDArray[np.float64]:
    """Measure every keypoint of every real person from that of every seen one.

    Returns
    -------
    float64 array, shape (real, seen, keypoints)
        Pixels; NaN where a keypoint is missing in either.
    """
    step = real[:, None].astype(np.float64) - seen[None]
    apart: NDArray[np.float64] = np.linalg.norm(step, axis=-1)
    return apart


def _pairs(apart: NDArray[np.float64]) -> list[tuple[int, int]]:
    both = np.isfinite(apart)
    compared = both.sum(axis=2)
    mean = np.where(both, apart, 0).sum(axis=2) / np.maximum(compared, 1)
    near = (compared >= LEAST_KEYPOINTS) & (mean <= GATE)
    # Anything beyond the gate costs the same, so that it never pushes a near pair apart.
    rows, columns = linear_sum_assignment(np.where(near, mean, 1000 * GATE))
    return [(i, j) for i, j in zip(rows.tolist(), columns.tolist(), strict=True) if near[i, j]]
