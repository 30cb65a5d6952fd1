"""What the scripts that compare pose networks count."""

from __future__ import annotations

import numpy as np

from scripts.count_people import found_in, people_seen
from scripts.evaluate_pck import JOINTS, found, indices
from tracker.poses import Poses
from tracker.skeleton import COCO18

RNG = np.random.default_rng(0)


def people(xy: np.ndarray) -> Poses:
    score = np.where(np.isnan(xy).any(2), np.nan, 1.0).astype(np.float32)
    return Poses(COCO18, xy.astype(np.float32), score)


def test_joints_near_the_labels_are_found_and_unlabelled_ones_do_not_count() -> None:
    truth = RNG.uniform(0, 100, (len(JOINTS), 2))
    names = list(JOINTS.values())
    truth[names.index("right_shoulder")], truth[names.index("left_hip")] = (50, 0), (50, 100)
    truth[0] = np.nan
    xy = np.full((2, len(COCO18), 2), np.nan)
    xy[1, indices(COCO18)] = truth + np.array([5, 0])
    xy[1, indices(COCO18)[1]] += 50
    hits = found(people(xy), truth, within=0.2)
    assert np.isnan(hits[0])
    assert hits[1] == 0
    assert (hits[2:] == 1).all()


def test_nobody_found_is_nothing_found() -> None:
    truth = RNG.uniform(0, 100, (len(JOINTS), 2))
    assert not found(Poses.empty(COCO18), truth, within=0.2).any()


def test_people_with_few_keypoints_are_not_counted() -> None:
    xy = np.full((2, len(COCO18), 2), np.nan)
    xy[0, :8] = (50, 20)
    xy[1, :7] = (50, 20)
    middles = people_seen(people(xy), (100, 200))
    np.testing.assert_allclose(middles, [[0.25, 0.2]])
    assert found_in(middles, ["0.2", "0.1", "0.3", "0.3"])
    assert not found_in(middles, ["0.3", "0.1", "0.5", "0.3"])
