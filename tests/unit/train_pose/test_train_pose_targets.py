"""Spots, people and masks lie where the labels say; the loss is least where the answers are right."""

# ruff: noqa: E402  - skipped where torch is absent, before what needs it

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the training code needs the extra `train`")

from scripts.train_pose.data import Labels, with_neck
from scripts.train_pose.loss import branch_loss, focal, guess_error, offset_error
from scripts.train_pose.targets import (
    MOST_PEOPLE,
    STRIDE,
    People,
    heat,
    known_mask,
    moved,
    people_in_view,
)
from tracker.skeleton import COCO17, COCO18

CELLS = 32
IDENTITY = np.array([[1, 0, 0], [0, 1, 0]], np.float32)
NOBODY = np.zeros((32, 32), np.uint8)
NOSE, WRIST = COCO17.index("nose"), COCO17.index("left_wrist")
BOX = np.array([[20, 30, 40, 60]], np.float32)


def person(**places: tuple[float, float]) -> np.ndarray:
    xy = np.full((1, len(COCO18), 2), np.nan, np.float32)
    for name, place in places.items():
        xy[0, COCO18.index(name)] = place
    return xy


def seen(xy: np.ndarray, boxes: np.ndarray = BOX, affine: np.ndarray = IDENTITY) -> People:
    return people_in_view(moved(xy, affine), boxes, affine, CELLS)[0]


def test_cells_count_from_their_corner() -> None:
    people = seen(person(nose=(41.5, 37.5)))
    np.testing.assert_allclose(people.xy[0, NOSE], (10.5, 9.5))
    np.testing.assert_allclose(people.centre[0], (10.125, 15.125))
    np.testing.assert_allclose(people.side[0], np.sqrt(40 * 60) / STRIDE, rtol=1e-5)
    assert np.isnan(people.xy[1:]).all()
    assert np.isnan(people.centre[1:]).all()


def test_spots_have_height_one_at_the_cells_of_centre_and_keypoints() -> None:
    maps = heat(seen(person(nose=(41.5, 37.5))), CELLS)
    assert maps.shape == (1 + len(COCO17), CELLS, CELLS)
    assert maps[0, 15, 10] == maps[1 + NOSE, 9, 10] == 1
    assert (maps == 1).sum() == 2
    assert not np.delete(maps, [0, 1 + NOSE], 0).any()


def test_nobody_draws_nothing() -> None:
    nobody, boxes = np.zeros((0, len(COCO18), 2), np.float32), np.zeros((0, 4), np.float32)
    assert not heat(seen(nobody, boxes), CELLS).any()


def test_who_is_mostly_out_of_view_is_unknown_and_others_are_clipped() -> None:
    away = np.array([[1, 0, -50], [0, 1, 0]], np.float32)
    people, others = people_in_view(moved(person(nose=(55, 40)), away), BOX, away, CELLS)
    assert np.isnan(people.centre).all()
    np.testing.assert_array_equal(others, BOX)
    half = np.array([[1, 0, -40], [0, 1, 0]], np.float32)
    people, others = people_in_view(moved(person(nose=(55, 40)), half), BOX, half, CELLS)
    assert not len(others)
    assert 0 < people.centre[0, 0] < 20 / STRIDE, "the middle of what is in view"


def test_no_more_people_than_there_is_room_for() -> None:
    xy, boxes = person(nose=(40, 40)).repeat(MOST_PEOPLE + 3, 0), BOX.repeat(MOST_PEOPLE + 3, 0)
    people, others = people_in_view(xy, boxes, IDENTITY, CELLS)
    assert np.isfinite(people.centre).all()
    assert len(others) == 3


def labels(*, complete: bool) -> Labels:
    boxes = np.array([[32, 32, 32, 32]], np.float32)
    crowds = np.array([[96, 96, 32, 32]], np.float32)
    return Labels(person(nose=(40, 40)), boxes, crowds, complete)


def mask_of(known: Labels, suspicion: np.ndarray, others: np.ndarray | None = None) -> np.ndarray:
    nobody = np.zeros((0, 4), np.float32)
    return known_mask(known, nobody if others is None else others, suspicion, IDENTITY, CELLS)


def test_crowds_and_cut_people_teach_nothing() -> None:
    cut = np.array([[0, 96, 16, 32]], np.float32)
    mask = mask_of(labels(complete=True), NOBODY, cut)
    assert mask[0, 0] == mask[10, 10] == 1
    assert mask[28, 28] == mask[28, 2] == 0


def test_suspected_people_teach_nothing_where_labels_are_incomplete() -> None:
    everywhere = np.ones((32, 32), np.uint8)
    mask = mask_of(labels(complete=False), everywhere)
    assert mask[10, 10] == 1, "inside the labelled person"
    assert mask[0, 30] == 0, "far from it"
    assert mask_of(labels(complete=False), NOBODY)[0, 30] == 1, "where nobody is suspected"


def test_neck_lies_between_the_shoulders_or_nowhere() -> None:
    xy = np.full((2, len(COCO17), 2), np.nan, np.float32)
    xy[0, COCO17.index("left_shoulder")] = (10, 20)
    xy[0, COCO17.index("right_shoulder")] = (30, 40)
    xy[1, COCO17.index("left_shoulder")] = (10, 20)
    found = with_neck(xy)
    np.testing.assert_allclose(found[0, COCO18.index("neck")], (20, 30))
    assert np.isnan(found[1, COCO18.index("neck")]).all()
    np.testing.assert_allclose(found[1, COCO18.index("left_shoulder")], (10, 20))


def right_answers(people: People) -> dict[str, torch.Tensor]:
    """What branches would answer that know everything; the pairs are (y, x)."""
    spots = torch.from_numpy(heat(people, CELLS))
    sure = torch.where(spots == 1, 20.0, -20.0)
    guess, offset = torch.zeros(17, 2, CELLS, CELLS), torch.zeros(17, 2, CELLS, CELLS)
    x, y = np.floor(people.centre[0]).astype(int)
    guess[:, :, y, x] = torch.from_numpy(people.xy[0] - (x, y)).nan_to_num().flip(1)
    rows, columns = torch.meshgrid(torch.arange(CELLS), torch.arange(CELLS), indexing="ij")
    for kind in (NOSE, WRIST):
        x, y = people.xy[0, kind].tolist()
        offset[kind] = torch.stack([y - rows, x - columns])
    return {
        "center": sure[None, :1],
        "kpt_heatmap": sure[None, 1:],
        "kpt_regress": guess.flatten(0, 1)[None],
        "kpt_offset": offset.flatten(0, 1)[None],
    }


def test_right_answers_cost_nothing_and_each_wrong_one_something() -> None:
    people = seen(person(nose=(41.5, 37.5), left_wrist=(30, 80)))
    answers = right_answers(people)
    spots, xy, centre = (
        torch.from_numpy(part)[None] for part in (heat(people, CELLS), people.xy, people.centre)
    )
    everywhere = torch.ones(1, 1, CELLS, CELLS)
    assert branch_loss(answers, spots, everywhere, xy, centre) < 1e-4
    assert guess_error(answers["kpt_regress"] + 1, xy, centre) == pytest.approx(1, abs=1e-4)
    assert offset_error(answers["kpt_offset"] + 1, xy) == pytest.approx(1, abs=1e-4)
    assert focal(-answers["center"], spots[:, :1], everywhere) > 10
    assert focal(-answers["center"], spots[:, :1], 0 * everywhere) == 0
