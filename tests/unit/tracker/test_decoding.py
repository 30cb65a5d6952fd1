"""The decoder on maps drawn from known people."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from tests.maps import crowd, draw_maps
from tracker.decoding import DecoderSettings, InputGeometry, decode, decode_single
from tracker.poses import Poses
from tracker.skeleton import BODY25, COCO18, MPI15, Skeleton

SIZE = (82, 46)
SETTINGS = DecoderSettings()
#: Cells are pixels of this picture, so that truth and answer are in the same unit.
ONE_TO_ONE = InputGeometry(SIZE, SIZE, SIZE, 1)
OPENPOSE = pytest.mark.parametrize("skeleton", [COCO18, MPI15, BODY25], ids=lambda s: s.name)


def read(
    maps: NDArray[np.float32], skeleton: Skeleton = COCO18, settings: DecoderSettings = SETTINGS
) -> Poses:
    return decode(maps, skeleton, ONE_TO_ONE, settings)


def errors(poses: Poses, truth: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distances of the keypoints of matched people, shape (people, keypoints)."""
    distance = np.linalg.norm(poses.xy[:, None] - truth[None], axis=-1)
    return distance[linear_sum_assignment(np.nan_to_num(distance, nan=99).mean(-1))]


@OPENPOSE
@pytest.mark.parametrize("people", [1, 5, 10])
def test_everybody_is_found_whole_and_to_a_tenth_of_a_cell(skeleton: Skeleton, people: int) -> None:
    truth = crowd(skeleton, people, SIZE)
    poses = read(draw_maps(skeleton, truth, SIZE), skeleton)
    assert len(poses) == people
    assert poses.seen.all()
    assert errors(poses, truth).max() < 0.1


@OPENPOSE
def test_the_hungarian_assignment_finds_them_too(skeleton: Skeleton) -> None:
    truth = crowd(skeleton, 5, SIZE)
    settings = DecoderSettings(assignment="hungarian")
    poses = read(draw_maps(skeleton, truth, SIZE), skeleton, settings)
    assert len(poses) == len(truth)
    assert errors(poses, truth).max() < 0.1


@pytest.mark.parametrize("size", [(641, 359), (1279, 719), (359, 641)])
def test_keypoints_of_odd_sized_pictures_come_back_to_the_pixel(size: tuple[int, int]) -> None:
    geometry = InputGeometry.fit(size, height=368, multiple=8, stride=8)
    cells = crowd(COCO18, 1, geometry.map_size)
    truth = (8 * (cells + 0.5)) * np.array(size) / geometry.resized - 0.5
    maps = draw_maps(COCO18, cells, geometry.map_size)
    poses = decode(maps, COCO18, geometry, SETTINGS)
    assert errors(poses, truth).max() < 0.5 * geometry.scale.max()


def test_the_order_of_people_and_noise_do_not_matter() -> None:
    truth = crowd(COCO18, 6, SIZE)
    noise = np.random.default_rng(1).normal(0, 0.008, (COCO18.n_channels, *SIZE[::-1]))
    poses = read((draw_maps(COCO18, truth[::-1], SIZE) + noise).astype(np.float32))
    assert len(poses) == len(truth)
    assert errors(poses, truth).max() < 0.3


def test_a_keypoint_that_is_not_seen_is_missing_and_not_invented() -> None:
    truth = crowd(COCO18, 1, SIZE)
    hidden = COCO18.index("left_wrist")
    truth[:, hidden] = np.nan
    poses = read(draw_maps(COCO18, truth, SIZE))
    assert np.flatnonzero(~poses.seen[0]).tolist() == [hidden]
    assert np.isnan(poses.xy[0, hidden]).all()


def test_people_who_stand_close_keep_their_own_limbs() -> None:
    truth = np.concatenate([crowd(COCO18, 1, SIZE, seed=seed) for seed in (0, 1)])
    truth[1] += (7.0, 0.5)
    poses = read(draw_maps(COCO18, truth, SIZE))
    assert len(poses) == len(truth)
    assert np.nanmedian(errors(poses, truth)) < 0.2


def test_limbs_that_are_not_drawn_never_start_a_person() -> None:
    truth = np.full((1, len(COCO18), 2), np.nan)
    truth[0, COCO18.index("right_shoulder")] = (20, 20)
    truth[0, COCO18.index("right_ear")] = (20, 12)
    settings = DecoderSettings(min_keypoints=1, min_score=0)
    assert len(read(draw_maps(COCO18, truth, SIZE), settings=settings)) == 0


def test_an_undrawn_limb_joins_a_face_to_its_body() -> None:
    """The neck is hidden: only shoulder to ear holds the face and the arm together."""
    truth = crowd(COCO18, 1, SIZE)
    seen = ["right_shoulder", "right_elbow", "right_wrist", "right_ear", "right_eye", "nose"]
    truth[:, ~np.isin(COCO18.keypoints, seen)] = np.nan
    poses = read(draw_maps(COCO18, truth, SIZE))
    assert len(poses) == 1
    assert poses.seen.sum() == len(seen)


@pytest.mark.parametrize(
    ("change", "left"),
    [({"min_keypoints": 6}, 0), ({"min_score": 1.8}, 0), ({"peak_threshold": 0.95}, 0), ({}, 1)],
)
def test_thresholds_drop_small_and_unsure_people(change: dict[str, float], left: int) -> None:
    truth = crowd(COCO18, 1, SIZE)
    truth[:, 5:] = np.nan
    settings = SETTINGS.model_copy(update=change)
    assert len(read(draw_maps(COCO18, truth, SIZE), settings=settings)) == left


def test_long_limbs_lose_score() -> None:
    truth = np.full((1, len(COCO18), 2), np.nan)
    truth[0, 1:5] = [(5, 5), (30, 8), (55, 8), (75, 20)]
    maps = draw_maps(COCO18, truth, SIZE)
    maps[COCO18.n_confidence_maps :] *= 0.5
    assert len(read(maps)) == 1
    assert len(read(maps, settings=DecoderSettings(long_limb=0.1))) == 0


def test_a_limb_too_long_for_its_person_is_cut() -> None:
    """The wrist's field runs on to a wrist-like thing half a picture away."""
    truth = crowd(COCO18, 2, SIZE)[:1]
    wrist = COCO18.index("left_wrist")
    truth[0, wrist] += (35, -15)
    maps = draw_maps(COCO18, truth, SIZE)
    poses = read(maps)
    assert np.flatnonzero(~poses.seen[0]).tolist() == [wrist]
    assert read(maps, settings=DecoderSettings(max_stretch=100)).seen.all()


def test_people_seen_from_the_side_or_bent_keep_their_limbs() -> None:
    truth = crowd(COCO18, 5, SIZE)
    neck = truth[:, [COCO18.index("neck")]]
    truth = neck + (truth - neck) * (0.5, 0.8)
    assert read(draw_maps(COCO18, truth, SIZE)).seen.all()


def test_equal_neighbours_are_one_peak() -> None:
    """A coarse (bfloat16) network gives ties."""
    truth = crowd(COCO18, 1, SIZE)
    maps = (draw_maps(COCO18, truth, SIZE) * 4).round() / 4
    poses = read(maps.astype(np.float32), settings=DecoderSettings(smoothing=0))
    assert len(poses) == 1
    assert errors(poses, truth).max() < 1


@pytest.mark.parametrize("value", [0.0, 0.5, 1.0, np.nan])
def test_flat_maps_hold_nobody(value: float) -> None:
    maps = np.full((COCO18.n_channels, 46, 82), value, np.float32)
    assert len(read(maps)) == 0


def test_noise_everywhere_takes_bounded_time() -> None:
    maps = np.random.default_rng(0).uniform(0, 1, (COCO18.n_channels, 90, 160)).astype(np.float32)
    poses = read(maps)
    assert len(poses) <= SETTINGS.max_peaks * len(COCO18.drawn)


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (9, 1), (2, 2)])
def test_tiny_maps_do_not_fail(size: tuple[int, int]) -> None:
    maps = np.random.default_rng(0).uniform(0, 1, (COCO18.n_channels, *size)).astype(np.float32)
    geometry = InputGeometry.fit((8 * size[1], 8 * size[0]), height=None, multiple=8, stride=8)
    decode(maps, COCO18, geometry, SETTINGS)


@OPENPOSE
def test_one_person_by_the_highest_points(skeleton: Skeleton) -> None:
    truth = crowd(skeleton, 1, SIZE)
    poses = decode_single(draw_maps(skeleton, truth, SIZE), skeleton, ONE_TO_ONE, SETTINGS)
    assert errors(poses, truth).max() < 0.1
    assert poses.score.min() > 0.6


def test_the_single_reading_of_an_empty_picture_is_nobody() -> None:
    maps = np.zeros((COCO18.n_channels, 46, 82), np.float32)
    assert len(decode_single(maps, COCO18, ONE_TO_ONE, SETTINGS)) == 0
