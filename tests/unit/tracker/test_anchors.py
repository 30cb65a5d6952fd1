"""Anchors: the neck, what stands in for it, and the height of a person."""

from __future__ import annotations

import numpy as np
import pytest

from tracker.anchors import (
    anchor_weights,
    necks_and_heights,
    person_heights,
    standing_offsets,
    weighted_points,
)
from tracker.skeleton import BOX, COCO17, COCO18


def standing(height: float = 100.0) -> np.ndarray:
    return (standing_offsets(COCO18) * height)[None] + np.float32(200)


def anchor_of(*names: str) -> list[float]:
    xy = standing()
    seen = np.isin(COCO18.keypoints, names)[None]
    xy[~seen] = np.nan
    return [float(v) for v in weighted_points(xy, anchor_weights(COCO18, seen))[0]]


def test_the_neck_alone_counts_where_it_is_seen() -> None:
    assert anchor_of("neck", "left_shoulder", "left_hip", "nose") == pytest.approx([200, 200])


def test_shoulders_then_hips_then_everything_stand_in() -> None:
    assert anchor_of("left_shoulder", "left_hip", "nose") == pytest.approx([200, 200])
    assert anchor_of("left_hip", "left_knee") == pytest.approx([200, 228.8], rel=1e-4)
    assert anchor_of("left_knee", "left_ankle") == pytest.approx([200, 200 + (53.3 + 77.9) / 2])


def test_nobody_seen_has_no_weight() -> None:
    assert anchor_weights(COCO18, np.zeros((1, len(COCO18)), bool)).sum() == 0


def test_a_layout_without_a_neck_uses_the_shoulders() -> None:
    weights = anchor_weights(COCO17, np.ones((1, len(COCO17)), bool))
    assert weights[0, COCO17.index("left_shoulder")] == 0.5
    assert weights[0, COCO17.index("right_shoulder")] == 0.5


@pytest.mark.parametrize("turn", [0.0, 0.7, np.pi / 2])
def test_height_does_not_depend_on_how_the_body_lies(turn: float) -> None:
    turned = standing(150) @ np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    assert person_heights(COCO18, turned)[0] == pytest.approx(150, rel=0.05)


def test_height_survives_missing_legs_and_one_wild_keypoint() -> None:
    xy = standing(100)
    xy[
        0,
        [
            COCO18.index(f"{side}_{part}")
            for side in ("left", "right")
            for part in ("knee", "ankle")
        ],
    ] = np.nan
    assert person_heights(COCO18, xy)[0] == pytest.approx(100, rel=0.1)
    xy = standing(100)
    xy[0, COCO18.index("left_wrist")] = [4000, 4000]
    assert person_heights(COCO18, xy)[0] == pytest.approx(100, rel=0.1)


def test_height_is_unknown_without_a_limb() -> None:
    xy = np.full((1, len(COCO18), 2), np.nan, np.float32)
    xy[0, COCO18.index("neck")] = 5
    assert np.isnan(person_heights(COCO18, xy)[0])
    assert person_heights(COCO18, xy[:0]).shape == (0,)


def test_the_height_of_a_box_is_its_own() -> None:
    corners = [[50, 10], [40, 10], [60, 10], [60, 90], [40, 90]]
    assert person_heights(BOX, np.array([corners], np.float32))[0] == 80


def test_limbs_without_length_tell_no_height() -> None:
    xy = np.full((1, len(COCO18), 2), 7, np.float32)
    assert np.isnan(person_heights(COCO18, xy)).all()
    necks, heights = necks_and_heights(COCO18, np.concatenate([xy, standing()]))
    assert heights[0] == heights[1] > 0
    assert necks[0].tolist() == [7, 7]
