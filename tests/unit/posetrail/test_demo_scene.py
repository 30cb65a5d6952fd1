from __future__ import annotations

import numpy as np
import pytest

from posetrail.demo.body import PROPORTIONS, bend
from posetrail.demo.camera import Camera
from posetrail.demo.footwork import AIR, STEP_S, feet_at
from posetrail.demo.scene import Scene, rally

SEEDS = [0, 1, 2]
BONES = {
    ("shoulder", "elbow"): PROPORTIONS.upper_arm,
    ("elbow", "wrist"): PROPORTIONS.forearm,
    ("hip", "knee"): PROPORTIONS.thigh,
    ("knee", "ankle"): PROPORTIONS.shank,
}


@pytest.fixture(params=SEEDS, scope="module")
def scene(request: pytest.FixtureRequest) -> Scene:
    return rally(request.param)


def test_bones_keep_their_length(scene: Scene) -> None:
    for player, movement in zip(scene.players, scene.movements, strict=True):
        for (upper, lower), share in BONES.items():
            for side in ("right", "left"):
                bone = movement.joints[f"{side}_{lower}"] - movement.joints[f"{side}_{upper}"]
                lengths = np.linalg.norm(bone, axis=1)
                np.testing.assert_allclose(lengths, share * player.look.stature, rtol=1e-6)


def test_joints_move_smoothly(scene: Scene) -> None:
    """No joint is faster than a hand in a serve (about 10 m/s) or jumps between frames."""
    for movement in scene.movements:
        for name, places in movement.joints.items():
            speed = np.linalg.norm(np.diff(places, axis=0), axis=1) * scene.rate
            assert speed.max() < 16, name


def test_feet_stay_on_or_above_the_ground_and_near_the_legs(scene: Scene) -> None:
    for player, movement in zip(scene.players, scene.movements, strict=True):
        for side in ("right", "left"):
            height = movement.joints[f"{side}_ankle"][:, 2] / player.look.stature
            assert height.min() > PROPORTIONS.ankle - 0.001
            assert height.max() < 0.16


def test_the_ball_meets_the_racket(scene: Scene) -> None:
    for player, movement in zip(scene.players, scene.movements, strict=True):
        for hit in player.hits:
            if hit.time < scene.times[-1]:
                moment = int(np.searchsorted(scene.times, hit.time))
                strings = movement.joints["right_wrist"] + 0.56 * movement.racket
                assert np.linalg.norm(strings[moment] - scene.ball[moment]) < 0.9


def test_seeds_make_different_rallies_and_one_seed_the_same() -> None:
    assert rally(3).players == rally(3).players
    assert rally(3).players != rally(4).players


def test_the_players_look_different() -> None:
    for seed in range(20):
        near, far = (player.look for player in rally(seed).players)
        assert near.shirt != far.shirt


@pytest.mark.parametrize("seconds", [0.5, 2.0, 3.0])
def test_a_short_clip_is_possible(seconds: float) -> None:
    scene = rally(0, seconds=seconds)
    assert len(scene.movements[0].joints["neck"]) == round(seconds * scene.rate)


def test_a_limb_reaches_its_place_or_stretches_towards_it() -> None:
    root = np.zeros((2, 3))
    wanted = np.array([[0.3, 0.0, -0.3], [9.0, 0.0, 0.0]])
    pole = np.tile([0.0, 1.0, 0.0], (2, 1))
    middle, end = bend(root, wanted, pole, 0.3, 0.25)
    np.testing.assert_allclose(end[0], wanted[0], atol=1e-9)
    assert middle[0, 1] > 0
    assert 0.5 < end[1, 0] < 0.55


def test_a_foot_that_bears_weight_stands_still() -> None:
    times = np.arange(0, STEP_S * (1 - AIR), 0.01)

    def walk(t: np.ndarray) -> np.ndarray:
        return np.stack([t, 0 * t, 0 * t], axis=1)

    foot = feet_at(times, walk, np.zeros(3), 0.0)
    np.testing.assert_allclose(foot - foot[0], 0, atol=1e-12)


def test_the_camera_sees_its_target_in_the_middle_and_up_as_up() -> None:
    camera = Camera(np.array([1.0, -5.0, 2.0]), np.array([0.0, 0.0, 1.0]), 900.0, 640, 480)
    xy, depth = camera.project(np.array([[0.0, 0.0, 1.0], [0.0, 0.0, 1.5]]))
    np.testing.assert_allclose(xy[0], [319.5, 239.5])
    assert depth[0] == pytest.approx(np.sqrt(27))
    assert xy[1, 1] < xy[0, 1]
    ray = camera.rays()[100, 500]
    np.testing.assert_allclose(camera.project(camera.position + 3 * ray)[0], [500, 100])
