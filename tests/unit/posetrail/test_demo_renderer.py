from __future__ import annotations

from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from posetrail.demo.camera import Camera
from posetrail.demo.clip import write_clip
from posetrail.demo.renderer import labels, render
from posetrail.demo.scene import Scene, rally
from posetrail.demo.shading import Canvas
from posetrail.demo.solids import Solid
from tracker.poses import Frame
from tracker.skeleton import COCO17, COCO18

GREY = 90


@pytest.fixture(scope="module")
def scene() -> Scene:
    return rally(0)


@pytest.fixture(scope="module")
def frames(scene: Scene) -> list[Frame]:
    return list(islice(render(scene), 3))


def canvas() -> Canvas:
    camera = Camera(np.array([0.0, -4.0, 0.0]), np.zeros(3), 400.0, 200, 120)
    return Canvas(np.full((120, 200, 3), GREY, np.uint8), camera)


def ball(x: float, y: float, colour: tuple[int, int, int]) -> Solid:
    place = np.array([x, y, 0.0])
    return Solid(place, place, 0.2, 0.2, colour)


def test_frames_are_upright_pictures_at_their_times(scene: Scene, frames: list[Frame]) -> None:
    assert [frame.index for frame in frames] == [0, 1, 2]
    np.testing.assert_allclose([frame.time for frame in frames], scene.times[:3])
    assert frames[0].image.shape == (720, 1280, 3)
    assert frames[0].image.dtype == np.uint8


def test_the_same_scene_gives_the_same_pixels(scene: Scene, frames: list[Frame]) -> None:
    again = next(render(rally(scene.seed)))
    np.testing.assert_array_equal(again.image, frames[0].image)


def test_the_labels_lie_on_the_people(scene: Scene, frames: list[Frame]) -> None:
    """On the thigh the picture has the hue of the shorts."""
    truth = labels(scene)
    for player in scene.players:
        person = truth.person(1 if player.y < 0 else 2)
        hip, knee = (person.xy[0, COCO18.index(name)] for name in ("left_hip", "left_knee"))
        x, y = (0.55 * hip + 0.45 * knee).round().astype(int)
        spot = frames[0].image[y - 2 : y + 3, x - 2 : x + 3].reshape(-1, 3).mean(axis=0)
        cosine = (
            spot @ player.look.shorts / np.linalg.norm(spot) / np.linalg.norm(player.look.shorts)
        )
        assert cosine > 0.95


def test_the_truth_has_everybody_in_every_frame(scene: Scene) -> None:
    truth = labels(scene)
    assert len(truth) == 2 * len(scene.times)
    assert truth.ids == [1, 2]
    body = [
        i
        for i, name in enumerate(COCO18.keypoints)
        if name.split("_")[-1] not in ("eye", "ear", "nose")
    ]
    assert np.isfinite(truth.xy[:, body]).all()


def test_a_face_that_looks_away_has_no_eyes(scene: Scene) -> None:
    truth = labels(scene)
    nose = COCO18.index("nose")
    assert np.isnan(truth.person(1).xy[:, nose]).mean() > 0.9  # the near player looks away
    assert np.isfinite(truth.person(2).xy[:, nose]).mean() > 0.9


def test_labels_come_in_any_layout_the_bodies_have(scene: Scene) -> None:
    other = labels(scene, COCO17)
    knee = other.xy[:, COCO17.index("left_knee")]
    np.testing.assert_array_equal(knee, labels(scene).xy[:, COCO18.index("left_knee")])


def test_nearer_solids_hide_farther_ones_in_any_order() -> None:
    red, green = (0, 0, 255), (0, 255, 0)
    for solids in ([ball(0, 0, red), ball(0, 2, green)], [ball(0, 2, green), ball(0, 0, red)]):
        drawn = canvas()
        drawn.draw(solids)
        assert drawn.picture[60, 100, 2] > 100
        assert drawn.picture[60, 100, 1] < 30


def test_solids_that_cross_hide_each_other_by_depth() -> None:
    drawn = canvas()
    drawn.draw([ball(-0.05, 0.0, (0, 0, 255)), ball(0.05, 0.0, (0, 255, 0))])
    assert drawn.picture[60, 90, 2] > drawn.picture[60, 90, 1]
    assert drawn.picture[60, 110, 1] > drawn.picture[60, 110, 2]


def test_solids_outside_the_picture_change_nothing() -> None:
    drawn = canvas()
    drawn.draw([ball(9.0, 0.0, (0, 0, 255))])
    assert (drawn.picture == GREY).all()


def test_a_flat_solid_is_wide_from_the_front_and_thin_from_the_side() -> None:
    widths = []
    for across in ([1.0, 0.0, 0.0], [0.0, 1.0, 0.0]):
        drawn = canvas()
        low, high = np.array([0.0, 0.0, -0.2]), np.array([0.0, 0.0, 0.2])
        drawn.draw([Solid(low, high, 0.1, 0.1, (0, 0, 255), 0.0, np.array(across), 2.0)])
        widths.append((drawn.picture[60] != GREY).any(axis=1).sum())
    assert widths[0] == pytest.approx(2 * widths[1], abs=3)


def test_the_clip_has_every_frame(tmp_path: Path, frames: list[Frame]) -> None:
    av = pytest.importorskip("av")
    write_clip(tmp_path / "clip.mp4", frames, 30.0, (1280, 720))
    with av.open(str(tmp_path / "clip.mp4")) as container:
        decoded = [frame.to_ndarray(format="bgr24") for frame in container.decode(video=0)]
    assert len(decoded) == len(frames)
    error = np.abs(decoded[1].astype(int) - frames[1].image).mean()
    assert error < 6
