"""The baseline is fair: on simple pictures the tutorial's code finds the people that posetrail finds."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.tutorial import NearestNeck, people_in
from tests.maps import crowd, draw_maps
from tracker.decoding import DecoderSettings, InputGeometry, decode
from tracker.skeleton import COCO18

GEOMETRY = InputGeometry.fit((1280, 720), height=368, multiple=8, stride=8)


@pytest.mark.parametrize("people", [1, 2, 5])
def test_the_tutorial_finds_the_same_people(people: int) -> None:
    truth = crowd(COCO18, people, GEOMETRY.map_size)
    maps = draw_maps(COCO18, truth, GEOMETRY.map_size)
    ours = decode(maps, COCO18, GEOMETRY, DecoderSettings())
    found = people_in(maps, COCO18, (1280, 720))
    theirs = np.array([[k[:2] if k else (np.nan, np.nan) for k in person] for person in found])
    assert len(theirs) == len(ours) == people
    necks = theirs[:, COCO18.index("neck")]
    for person in ours.xy:
        nearest = theirs[np.hypot(*(necks - person[COCO18.index("neck")]).T).argmin()]
        # Maps enlarged linearly have their peaks near the cells' centres; ours lie between the cells.
        assert np.nanmax(np.abs(nearest - person)) < 0.75 * 8 * GEOMETRY.scale.max()
        assert np.isfinite(nearest).all()


def test_no_people_are_found_in_empty_maps() -> None:
    assert people_in(draw_maps(COCO18, np.empty((0, 18, 2)), (20, 12)), COCO18, (160, 96)) == []


def test_the_nearest_neck_keeps_an_id_and_a_jump_gets_a_new_one() -> None:
    tracker = NearestNeck()
    assert tracker.update([(10, 10), (300, 10)]) == [1, 2]
    assert tracker.update([(310, 10), (12, 10)]) == [2, 1]
    assert tracker.update([(310, 300)]) == [3]
