"""People of several looks at one picture, each once."""

from __future__ import annotations

import numpy as np

from tests.unit.tracker.test_zoom import standing
from tracker.merging import merged, sizes_of, whole
from tracker.parts import Part
from tracker.poses import Poses
from tracker.skeleton import COCO18

SIZE = (1280, 720)
USUAL = Part(0, 0, 1280, 720, 368)
CROP = Part(400, 30, 165, 165, 160)


def shifted(poses: Poses, pixels: float) -> Poses:
    return Poses(COCO18, poses.xy + np.float32(pixels), poses.score)


def necks(poses: Poses) -> list[list[float]]:
    return sorted(poses.xy[:, COCO18.index("neck")].tolist())


def test_a_small_person_comes_from_the_enlarged_part() -> None:
    usual, enlarged = shifted(standing((480, 90, 60)), 6), standing((480, 90, 60))
    both = merged(SIZE, [(USUAL, usual), (CROP, enlarged)], small=60)
    assert necks(both) == necks(enlarged)


def test_a_large_person_comes_from_the_usual_look() -> None:
    usual, tall = standing((480, 90, 300)), shifted(standing((480, 90, 300)), 9)
    look = Part(0, 0, 1280, 720, 720)
    assert necks(merged(SIZE, [(USUAL, usual), (look, tall)], small=60)) == necks(usual)


def test_who_only_one_look_found_is_kept() -> None:
    usual, enlarged = standing((900, 90, 60)), standing((480, 90, 60))
    both = merged(SIZE, [(USUAL, usual), (CROP, enlarged)], small=60)
    assert necks(both) == [[480, 90], [900, 90]]


def test_somebody_far_behind_somebody_near_is_kept() -> None:
    near, far = standing((480, 100, 300)), standing((485, 110, 60))
    part = Part(400, 60, 165, 165, 160)
    assert len(merged(SIZE, [(USUAL, near), (part, far)], small=60)) == 2


def test_a_fragment_of_somebody_enlarged_is_no_second_person() -> None:
    enlarged = standing((480, 90, 60))
    xy, score = enlarged.xy.copy(), enlarged.score.copy()
    upper = [COCO18.index(name) for name in ("neck", "left_shoulder", "left_elbow")]
    lower = np.setdiff1d(np.arange(len(COCO18)), upper)
    xy[:, lower], score[:, lower] = np.nan, np.nan
    fragment = Poses(COCO18, xy + np.float32(3), score)
    both = merged(SIZE, [(USUAL, fragment), (CROP, enlarged)], small=60)
    assert necks(both) == necks(enlarged)


def test_people_of_one_look_are_the_decoders_matter() -> None:
    close = standing((480, 90, 60), (484, 90, 60))
    assert len(merged(SIZE, [(USUAL, close), (CROP, standing())], small=60)) == 2
    assert len(merged(SIZE, [(USUAL, standing()), (CROP, close)], small=60)) == 2


def test_who_is_cut_by_the_border_of_a_part_is_left_out() -> None:
    poses = standing((480, 90, 60), (402, 90, 60), (480, 170, 60))
    assert whole(CROP, poses, SIZE).tolist() == [True, False, False]
    corner = Part(0, 0, 165, 165, 160)
    assert whole(corner, standing((3, 12, 60)), SIZE).all()


def test_nobody_and_nobody_is_nobody() -> None:
    assert len(merged(SIZE, [(USUAL, standing()), (CROP, standing())], small=60)) == 0


def test_who_shows_no_limb_is_as_large_as_the_box() -> None:
    xy = np.full((1, len(COCO18), 2), np.nan, np.float32)
    xy[0, COCO18.index("left_wrist")], xy[0, COCO18.index("right_ankle")] = (10, 20), (40, 80)
    lone = Poses(COCO18, xy, np.where(np.isfinite(xy[..., 0]), 0.5, np.nan).astype(np.float32))
    assert sizes_of(lone).tolist() == [60]
    assert sizes_of(standing()).shape == (0,)
