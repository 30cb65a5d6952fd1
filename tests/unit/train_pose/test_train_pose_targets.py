"""Spots, strips and masks lie where the labels say."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch", reason="the training code needs the extra `train`")

from scripts.train_pose.data import Labels, with_neck
from scripts.train_pose.targets import affinity_fields, confidence_maps, known_mask, moved
from tracker.skeleton import COCO17, COCO18

CELLS = 16
IDENTITY = np.array([[1, 0, 0], [0, 1, 0]], np.float32)
NOBODY = np.zeros((32, 32), np.uint8)


def person(**places: tuple[float, float]) -> np.ndarray:
    xy = np.full((1, len(COCO18), 2), np.nan, np.float32)
    for name, place in places.items():
        xy[0, COCO18.index(name)] = place
    return xy


def test_spot_peaks_at_its_cell_centre() -> None:
    maps = confidence_maps(person(nose=(8 * 5 + 3.5, 8 * 9 + 3.5)), CELLS)
    assert maps.shape == (COCO18.n_confidence_maps, CELLS, CELLS)
    nose = maps[COCO18.index("nose")]
    assert np.unravel_index(nose.argmax(), nose.shape) == (9, 5)
    assert nose.max() == pytest.approx(1.0)


def test_background_is_what_no_keypoint_claims() -> None:
    maps = confidence_maps(person(nose=(40, 40), neck=(40, 60)), CELLS)
    np.testing.assert_allclose(maps[-1], 1 - maps[:-1].max(0), atol=1e-6)


def test_nobody_is_all_background() -> None:
    nobody = np.zeros((0, len(COCO18), 2), np.float32)
    maps = confidence_maps(nobody, CELLS)
    assert not maps[:-1].any()
    assert (maps[-1] == 1).all()
    assert not affinity_fields(nobody, CELLS).any()


def test_strip_points_from_first_to_second_keypoint() -> None:
    xy = person(neck=(20, 60), right_hip=(100, 60))
    fields = affinity_fields(xy, CELLS)
    limb = COCO18.limbs.index((COCO18.index("neck"), COCO18.index("right_hip")))
    on_it = fields[2 * limb : 2 * limb + 2, 7, 5]
    np.testing.assert_allclose(on_it, [1, 0], atol=1e-6)
    assert not fields[2 * limb : 2 * limb + 2, 1].any()
    assert not np.delete(fields, [2 * limb, 2 * limb + 1], 0).any()


def test_crossing_strips_are_averaged() -> None:
    along = person(neck=(20, 60), right_hip=(100, 60))
    back = person(neck=(100, 60), right_hip=(20, 60))
    fields = affinity_fields(np.concatenate([along, back]), CELLS)
    assert not fields.any()


def test_mirrored_person_has_swapped_sides_and_negated_x() -> None:
    rng = np.random.default_rng(0)
    xy = rng.uniform(20, 100, (1, len(COCO18), 2)).astype(np.float32)
    mirror = np.array([[-1, 0, 8 * CELLS - 1], [0, 1, 0]], np.float32)
    flipped = moved(xy, mirror)[:, COCO18.mirror]
    heat, other_heat = (confidence_maps(each, CELLS) for each in (xy, flipped))
    sides = [*COCO18.mirror, len(COCO18)]
    np.testing.assert_allclose(other_heat, heat[sides, :, ::-1], atol=1e-4)
    fields, other = (affinity_fields(each, CELLS) for each in (xy, flipped))
    limbs = [COCO18.limbs.index(tuple(COCO18.mirror[list(limb)])) for limb in COCO18.limbs]
    swapped = fields.reshape(-1, 2, CELLS, CELLS)[limbs][..., ::-1] * [[[-1]], [[1]]]
    np.testing.assert_allclose(other.reshape(swapped.shape), swapped, atol=1e-4)


def labels(*, complete: bool) -> Labels:
    boxes = np.array([[32, 32, 32, 32]], np.float32)
    crowds = np.array([[96, 96, 32, 32]], np.float32)
    return Labels(person(nose=(40, 40)), boxes, crowds, complete)


def test_crowds_teach_nothing() -> None:
    mask = known_mask(labels(complete=True), NOBODY, IDENTITY, CELLS)
    assert mask[0, 0] == 1
    assert mask[5, 5] == 1
    assert mask[14, 14] == 0


def test_suspected_people_teach_nothing_where_labels_are_incomplete() -> None:
    everywhere = np.ones((32, 32), np.uint8)
    mask = known_mask(labels(complete=False), everywhere, IDENTITY, CELLS)
    assert mask[5, 5] == 1, "inside the labelled person"
    assert mask[0, 15] == 0, "far from it"
    calm = known_mask(labels(complete=False), NOBODY, IDENTITY, CELLS)
    assert calm[0, 15] == 1, "where nobody is suspected"


def test_neck_lies_between_the_shoulders_or_nowhere() -> None:
    xy = np.full((2, len(COCO17), 2), np.nan, np.float32)
    xy[0, COCO17.index("left_shoulder")] = (10, 20)
    xy[0, COCO17.index("right_shoulder")] = (30, 40)
    xy[1, COCO17.index("left_shoulder")] = (10, 20)
    found = with_neck(xy)
    np.testing.assert_allclose(found[0, COCO18.index("neck")], (20, 30))
    assert np.isnan(found[1, COCO18.index("neck")]).all()
    np.testing.assert_allclose(found[1, COCO18.index("left_shoulder")], (10, 20))
