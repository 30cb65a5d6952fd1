"""Drawn walks of people with known identities: crossings, occlusions, re-entries; keypoints only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.anchors import standing_offsets
from tracker.poses import Poses, PoseTable
from tracker.skeleton import COCO18
from tracker.tracks import Tracks

Array = NDArray[np.float64]
#: Place of the neck at given times: (times,) to (times, 2), in pixels.
Path = Callable[[Array], Array]


@dataclass(frozen=True)
class Walker:
    """One person: where the neck goes, how tall, and when nobody sees them (begin, end)."""

    path: Path
    height: float = 160.0
    hidden: tuple[tuple[float, float], ...] = ()
    stride_hz: float = 1.8


def straight(x: float, y: float, dx: float, dy: float = 0.0) -> Path:
    """Walk from a place with a speed in pixels per second."""
    return lambda t: np.stack([x + dx * t, y + dy * t], axis=1)


def times(kind: str, seconds: float, seed: int = 0) -> Array:
    """Frame times at 30 or 60 frames per second, or of a variable rate with dropped frames."""
    if kind != "variable":
        return np.arange(round(seconds * int(kind))) / int(kind)
    steps = np.random.default_rng(seed).choice([1 / 60, 1 / 30, 1 / 24, 1 / 10], 2000)
    rising = np.cumsum(steps)
    return np.concatenate([[0.0], rising[rising < seconds]])


def film(walkers: list[Walker], when: Array, seed: int = 0) -> tuple[PoseTable, NDArray[np.int64]]:
    """Give the detections in shuffled order, and the true person of each."""
    rng = np.random.default_rng(seed)
    places = [walker.path(when) for walker in walkers]
    rows, truth = [], []
    for i, time in enumerate(when.tolist()):
        there = [
            w for w, walker in enumerate(walkers)
            if not any(begin <= time < end for begin, end in walker.hidden)
        ]  # fmt: skip
        rng.shuffle(there)
        poses = [_pose(walkers[w], places[w][i], time, rng) for w in there]
        rows.append((i, time, _together(poses, rng)))
        truth += there
    return PoseTable.collect(COCO18, rows), np.array(truth, np.int64)


def switches(tracks: Tracks, table: PoseTable, truth: NDArray[np.int64]) -> tuple[int, float]:
    """Count the changes of ID over all people, and give the share of detections without an ID."""
    ids = {
        (frame, xy.tobytes()): track_id
        for frame, xy, track_id in zip(
            tracks.frame.tolist(), tracks.xy, tracks.track_id.tolist(), strict=True
        )
    }
    given = np.array(
        [ids.get((f, xy.tobytes()), 0) for f, xy in zip(table.row_frame, table.xy, strict=True)]
    )
    changes = 0
    for person in np.unique(truth):
        mine = given[(truth == person) & (given > 0)]
        changes += int((np.diff(mine) != 0).sum())
    return changes, float((given == 0).mean())


def with_ids(tracks: Tracks, ids: NDArray[np.int64]) -> Tracks:
    """Give the rows other IDs; those of ID 0 are left out."""
    order = np.lexsort((ids, tracks.frame))
    order = order[ids[order] > 0]
    columns = (tracks.frame, tracks.time, ids, tracks.xy, tracks.score, tracks.state)
    return Tracks(tracks.skeleton, *(column[order] for column in columns))


def _pose(walker: Walker, neck: Array, time: float, rng: np.random.Generator) -> Array:
    """A standing body whose legs and arms swing, with a pixel or two of noise."""
    offsets = standing_offsets(COCO18).astype(np.float64).copy()
    swing = np.sin(2 * np.pi * walker.stride_hz * time)
    for i, name in enumerate(COCO18.keypoints):
        side = {"left": 1, "right": -1}.get(name.split("_")[0], 0)
        wide = 0.1 if "shoulder" in name or "hip" in name else 0.0
        swings = 0.08 if any(p in name for p in ("knee", "ankle", "elbow", "wrist")) else 0.0
        offsets[i, 0] += side * (wide + swings * swing)
    return neck + walker.height * (offsets + rng.normal(0, 0.008, offsets.shape))


def _together(people: list[Array], rng: np.random.Generator) -> Poses:
    xy = np.array(people, np.float32).reshape(-1, len(COCO18), 2)
    score = rng.uniform(0.5, 0.9, xy.shape[:2]).astype(np.float32)
    lost = rng.random(score.shape) < 0.1
    xy[lost], score[lost] = np.nan, np.nan
    return Poses(COCO18, xy, score)
