"""What must hold for any people: assignment, order, time, place and mirror do not matter."""

from __future__ import annotations

from itertools import permutations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.typing import NDArray

from tests.scenes import Walker, film, straight, times
from tracker.assignment import assign
from tracker.centroid import CentroidTracker
from tracker.poses import Poses, PoseTable
from tracker.skeleton import COCO18
from tracker.tracking import track

COSTS = arrays(
    np.float64,
    array_shapes(min_dims=2, max_dims=2, max_side=5),
    elements=st.one_of(st.floats(0, 3), st.just(np.inf)),
)
SEEDS = st.integers(0, 10_000)


def total(cost: NDArray[np.float64], gate: float, old: list[int], new: list[int]) -> float:
    """Cost of a choice of pairs: each pair that could be but is not costs the gate."""
    return float(cost[old, new].sum()) + gate * (min(cost.shape) - len(old))


def best_by_trying_all(cost: NDArray[np.float64], gate: float) -> float:
    wide = cost if cost.shape[0] <= cost.shape[1] else cost.T
    capped = np.minimum(wide, gate)
    return min(
        float(capped[np.arange(len(wide)), list(columns)].sum())
        for columns in permutations(range(wide.shape[1]), len(wide))
    )


@given(COSTS, st.floats(0.1, 3))
def test_assignment_is_the_best_of_all(cost: NDArray[np.float64], gate: float) -> None:
    old, new = assign(cost, gate)
    assert len(set(old.tolist())) == len(old)
    assert len(set(new.tolist())) == len(new)
    assert (cost[old, new] <= gate).all()
    found = total(cost, gate, old.tolist(), new.tolist())
    assert abs(found - best_by_trying_all(cost, gate)) < 1e-9


def some_table(seed: int, people: int = 4) -> PoseTable:
    rng = np.random.default_rng(seed)
    walkers = [
        Walker(
            straight(*rng.uniform(100, 900, 2), *rng.uniform(-120, 120, 2)), rng.uniform(80, 200)
        )
        for _ in range(people)
    ]
    return film(walkers, times("variable", 1.5, seed), seed)[0]


def partition(table: PoseTable) -> list[list[int]]:
    """Track numbers of every frame, renamed in order of appearance by detection."""
    tracker = CentroidTracker(table.skeleton)
    numbers = []
    for _, time, poses in table:
        tracker.update(time, poses)
        numbers.append(tracker.numbers)
    return [frame.tolist() for frame in numbers]


def same_people(one: list[list[int]], other: list[list[int]]) -> bool:
    pairs = {(a, b) for x, y in zip(one, other, strict=True) for a, b in zip(x, y, strict=True)}
    return len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs})


@given(SEEDS)
@settings(max_examples=15)
def test_the_order_of_people_in_a_frame_does_not_matter(seed: int) -> None:
    table, rng = some_table(seed), np.random.default_rng(seed)
    orders = [rng.permutation(len(poses)) for _, _, poses in table]
    shuffled = PoseTable.collect(
        COCO18, [(f, t, p[o]) for (f, t, p), o in zip(table, orders, strict=True)]
    )
    expected = [
        np.array(numbers)[order].tolist()
        for numbers, order in zip(partition(table), orders, strict=True)
    ]
    assert same_people(partition(shuffled), expected)


@given(SEEDS, st.floats(-1000, 1000).map(lambda shift: round(shift, 3)))
@settings(max_examples=15)
def test_the_time_of_day_does_not_matter(seed: int, shift: float) -> None:
    table = some_table(seed)
    later = PoseTable.collect(COCO18, [(f, t + shift, p) for f, t, p in table])
    assert same_people(partition(later), partition(table))


@given(SEEDS)
@settings(max_examples=15)
def test_a_mirrored_video_has_the_same_people(seed: int) -> None:
    table = some_table(seed)
    mirrored = [
        (f, t, Poses(COCO18, (p.xy * np.float32([-1, 1]) + np.float32([1024, 0]))[:, COCO18.mirror],
                     p.score[:, COCO18.mirror]))
        for f, t, p in table
    ]  # fmt: skip
    assert same_people(partition(PoseTable.collect(COCO18, mirrored)), partition(table))


@given(st.lists(st.integers(0, 3), max_size=8), SEEDS)
@settings(max_examples=30)
def test_any_keypoints_at_all_give_tracks(counts: list[int], seed: int) -> None:
    """Wild, missing and huge coordinates: never a crash, never two IDs the same."""
    rng = np.random.default_rng(seed)
    rows = []
    for i, count in enumerate(counts):
        xy = rng.normal(0, 10.0 ** rng.integers(-3, 9), (count, len(COCO18), 2)).astype(np.float32)
        score = rng.random(xy.shape[:2]).astype(np.float32)
        lost = rng.random(score.shape) < rng.random()
        xy[lost] = score[lost] = np.nan
        rows.append((i, i / 10, Poses(COCO18, xy, score)))
    tracks = track(PoseTable.collect(COCO18, rows))
    assert len(tracks) <= sum(counts) + len(counts) * 10
