"""Every matching cost: a (tracks, people) matrix, finite, at least 0, and 0 for the same person."""

from __future__ import annotations

import numpy as np
import pytest

from tracker.anchors import standing_offsets
from tracker.matching import Array, Expected, Pairing, measure
from tracker.plugins import load_plugin, plugin_names
from tracker.poses import Poses
from tracker.skeleton import COCO18, SKELETONS, Skeleton, skeleton_named

COSTS = plugin_names("tracker.costs")


def people(skeleton: Skeleton, count: int, *, seed: int = 0, missing: float = 0.0) -> Poses:
    rng = np.random.default_rng(seed)
    shape = standing_offsets(skeleton) + rng.normal(0, 0.05, (count, len(skeleton), 2))
    xy = (rng.uniform(0, 900, (count, 1, 2)) + 100 * shape).astype(np.float32)
    score = np.full(xy.shape[:2], 0.7, np.float32)
    hidden = rng.random(score.shape) < missing
    xy[hidden], score[hidden] = np.nan, np.nan
    return Poses(skeleton, xy, score)


def expected(poses: Poses) -> Expected:
    """Tracks that stand still exactly where these people are."""
    seen = measure(poses)
    offsets = (poses.xy - seen.anchor[:, None]) / seen.height[:, None, None]
    return Expected(seen.anchor, seen.anchor, seen.height, offsets.astype(np.float32))


def cost_of(name: str, old: Poses, new: Poses) -> Array:
    matrix: Array = load_plugin("tracker.costs", name).cost(Pairing(expected(old), measure(new)))
    return matrix


@pytest.mark.parametrize("name", COSTS)
@pytest.mark.parametrize("layout", sorted(SKELETONS))
def test_finite_and_not_negative(name: str, layout: str) -> None:
    skeleton = skeleton_named(layout)
    matrix = cost_of(name, people(skeleton, 4), people(skeleton, 6, seed=1, missing=0.3))
    assert matrix.shape == (4, 6)
    assert np.isfinite(matrix).all()
    assert (matrix >= 0).all()


@pytest.mark.parametrize("name", COSTS)
def test_nobody_on_a_side(name: str) -> None:
    some, nobody = people(COCO18, 3), people(COCO18, 0)
    assert cost_of(name, some, nobody).shape == (3, 0)
    assert cost_of(name, nobody, some).shape == (0, 3)


@pytest.mark.parametrize("name", COSTS)
def test_the_same_person_costs_nothing_and_the_least(name: str) -> None:
    crowd = people(COCO18, 5)
    matrix = cost_of(name, crowd, crowd)
    assert np.diag(matrix) == pytest.approx(np.zeros(5), abs=1e-4)
    assert (matrix.argmin(axis=1) == np.arange(5)).all()


@pytest.mark.parametrize("name", COSTS)
def test_the_place_in_the_picture_does_not_matter(name: str) -> None:
    old, new = people(COCO18, 3), people(COCO18, 4, seed=2)
    moved = [Poses(COCO18, p.xy + np.float32(250), p.score) for p in (old, new)]
    assert cost_of(name, *moved) == pytest.approx(cost_of(name, old, new), abs=1e-3)
