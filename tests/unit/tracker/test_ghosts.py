"""People who are none."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from tracker.boxes import box_keypoints
from tracker.ghosts import GhostSettings, ghosts, sizes_off_plane
from tracker.skeleton import BOX
from tracker.tracks import Tracks

FEET = np.array([200.0, 250, 300, 350, 400, 300])
PEOPLE, ROWS = len(FEET), 20


def standing(factor: float) -> NDArray[np.float64]:
    """Boxes of people on a plane whose heights are half their foot rows; the last is off by a factor."""
    heights = FEET / 2
    heights[-1] *= factor
    left = np.arange(PEOPLE) * 100.0
    boxes = np.stack([left, FEET - heights, left + 40, FEET], axis=1)
    return np.repeat(boxes, ROWS, axis=0)


def tracks(factor: float, score: float) -> tuple[Tracks, NDArray[np.int64]]:
    person = np.repeat(np.arange(PEOPLE), ROWS)
    frame = np.tile(np.arange(ROWS), PEOPLE)
    scores = np.where(person == PEOPLE - 1, score, 0.97)
    order = np.lexsort((person, frame))
    table = Tracks(
        BOX,
        frame[order],
        frame[order] / 10,
        person[order] + 1,
        box_keypoints(standing(factor))[order],
        np.repeat(scores[order, None], len(BOX), 1).astype(np.float32),
        np.zeros(len(person), np.uint8),
    )
    return table, person[order]


@pytest.mark.parametrize("factor", [0.5, 0.8, 1.0, 2.0])
def test_how_far_off_the_plane_somebody_is(factor: float) -> None:
    off = sizes_off_plane(standing(factor), np.repeat(np.arange(PEOPLE), ROWS), PEOPLE)
    assert off[-1] == pytest.approx(np.log(factor), abs=0.05)
    assert np.abs(off[:-1]).max() < 0.05


def test_too_few_people_make_no_plane() -> None:
    off = sizes_off_plane(standing(0.5)[-2 * ROWS :], np.repeat([0, 1], ROWS), 2)
    assert not off.any()


@pytest.mark.parametrize(
    ("factor", "score", "gone"),
    [(1.0, 0.9, False), (0.5, 0.9, True), (0.5, 0.96, False), (0.7, 0.93, False), (1.0, 0.8, True)],
)
def test_unsure_boxes_of_a_size_that_nobody_there_has_are_ghosts(
    factor: float, score: float, gone: bool
) -> None:
    found = ghosts(*tracks(factor, score), GhostSettings(), 0.9)
    assert found.tolist() == [False] * (PEOPLE - 1) + [gone]


def test_who_was_seen_too_briefly_is_a_ghost() -> None:
    table, person = tracks(1.0, 0.97)
    brief = (person < PEOPLE - 1) | (table.frame < 5)
    found = ghosts(table.rows(brief), person[brief], GhostSettings(), 0.9)
    assert found.tolist() == [False] * (PEOPLE - 1) + [True]
