from __future__ import annotations

import cv2
import numpy as np
import pytest

from posetrail.pictures.drawing import TRAIL_S, Painter
from posetrail.pictures.palette import colour_of, ink_on
from posetrail.pictures.plates import drawable, paste
from tracker.skeleton import COCO17, COCO18, Skeleton
from tracker.tracks import State, Tracks

ALL = ("skeleton", "id", "trail", "action", "angles")


def people(
    *ids: int, skeleton: Skeleton = COCO18, state: State = State.OBSERVED, shift: float = 0
) -> Tracks:
    """People of random shape, 200 pixels high, side by side."""
    shape = np.random.default_rng(1).uniform(0, 200, (len(skeleton), 2))
    xy = np.stack([shape + np.array([40 + shift + 220 * k, 100]) for k in range(len(ids))])
    count = len(ids)
    return Tracks(
        skeleton,
        np.zeros(count, np.int64),
        np.zeros(count),
        np.array(ids, np.int64),
        xy.astype(np.float32),
        np.ones(xy.shape[:2], np.float32),
        np.full(count, state, np.uint8),
    )


def canvas(width: int = 640, height: int = 480) -> np.ndarray:
    return np.full((height, width, 3), 90, np.uint8)


def painted(draw: tuple[str, ...], persons: Tracks, caption: str = "serve 0.80") -> np.ndarray:
    image = canvas()
    painter = Painter(persons.skeleton, (640, 480), draw)
    captions = dict.fromkeys(persons.ids, caption)
    painter.paint(image, persons, captions, 0.0)
    painter.paint(image, persons, captions, 0.04)
    return image


def changed(image: np.ndarray) -> int:
    return int((image != 90).any(axis=2).sum())


@pytest.mark.parametrize("what", ["skeleton", "id", "action", "angles"])
def test_each_drawing_can_be_asked_for_alone(what: str) -> None:
    assert changed(painted((what,), people(1))) > 50
    assert changed(painted(tuple(set(ALL) - {what}), people(1))) < changed(painted(ALL, people(1)))


def test_nothing_asked_for_nothing_drawn() -> None:
    assert changed(painted((), people(1))) == 0
    assert changed(painted(("action",), people(1), caption="")) == 0


@pytest.mark.parametrize("skeleton", [COCO18, COCO17])
def test_a_skeleton_is_drawn_in_the_colour_of_its_id(skeleton: Skeleton) -> None:
    image = painted(("skeleton",), people(3, skeleton=skeleton))
    assert (image == colour_of(3)).all(axis=2).sum() > 100
    assert not (image == colour_of(4)).all(axis=2).any()


def test_filled_in_people_are_drawn_with_less() -> None:
    seen = painted(("skeleton",), people(1))
    filled = painted(("skeleton",), people(1, state=State.INTERPOLATED))
    assert 0 < changed(filled) < 0.8 * changed(seen)


def test_a_trail_grows_with_the_way_and_fades_with_time() -> None:
    painter = Painter(COCO18, (640, 480), ("trail",))
    for step in range(10):
        image = canvas()
        painter.paint(image, people(1, shift=5.0 * step), {}, 0.04 * step)
    assert changed(image) > 50
    image = canvas()
    painter.paint(image, Tracks.empty(COCO18), {}, 0.36 + TRAIL_S + 0.1)
    assert changed(image) == 0


def test_a_trail_ends_soon_after_its_person_is_gone() -> None:
    painter = Painter(COCO18, (640, 480), ("trail",))
    for step in range(10):
        painter.paint(canvas(), people(1, shift=5.0 * step), {}, 0.04 * step)
    left = []
    for later in (0.3, 0.6):
        image = canvas()
        painter.paint(image, Tracks.empty(COCO18), {}, 0.36 + later)
        left.append(changed(image))
    assert left[0] > 50
    assert left[1] == 0


@pytest.mark.parametrize("skeleton", [COCO17, COCO18])
def test_the_tag_stands_above_the_head_not_above_a_raised_hand(skeleton: Skeleton) -> None:
    person = people(1, skeleton=skeleton)
    person.xy[:] = (300, 300)
    person.xy[0, skeleton.index("nose")] = (200, 200)
    for name in ("left_eye", "right_eye", "left_ear", "right_ear"):
        person.xy[0, skeleton.index(name)] = (200, 195)
    person.xy[0, skeleton.index("right_wrist")] = (260, 80)
    drawn = np.argwhere((painted(("id",), person) != 90).any(axis=2))
    assert 150 < drawn[:, 0].min() < drawn[:, 0].max() < 195
    assert abs(drawn[:, 1].mean() - 200) < 3


def test_a_trail_is_broken_where_the_person_was_lost() -> None:
    painter = Painter(COCO18, (640, 480), ("trail",))
    painter.paint(canvas(), people(1), {}, 0.0)
    image = canvas()
    painter.paint(image, people(1, shift=200), {}, 1.0)
    assert changed(image) == 0


def test_people_with_missing_and_far_points_do_no_harm() -> None:
    persons = people(1, 2)
    persons.xy[0], persons.score[0] = np.nan, np.nan
    persons.xy[1, 0] = -1e6
    persons.xy[1, 1] = 1e9
    persons.xy[1, 2:], persons.score[1, 2:] = np.nan, np.nan
    painted(ALL, persons)


@pytest.mark.parametrize("size", [(1, 1), (16, 9), (40, 2000)])
def test_tiny_pictures_do_no_harm(size: tuple[int, int]) -> None:
    image = canvas(*size)
    Painter(COCO18, size, ALL).paint(image, people(1), {1: "forehand 0.80"}, 0.0)


def test_lines_and_letters_grow_with_the_picture() -> None:
    shares = []
    for scale in (1, 4):
        persons = people(1)
        persons.xy[:] *= scale
        image = canvas(640 * scale, 480 * scale)
        painter = Painter(COCO18, (640 * scale, 480 * scale), ("skeleton", "id"))
        painter.paint(image, persons, {}, 0.0)
        shares.append(changed(image) / image[..., 0].size)
    assert shares[1] == pytest.approx(shares[0], rel=0.5)


def test_text_without_ascii_letters_is_still_written() -> None:
    image = canvas()
    paste(image, "Rückhand ☃", (0, 200, 0), 14, 320, 240)
    assert changed(image) > 500


def test_colours_are_distinct_and_their_text_stands_out() -> None:
    colours = [colour_of(track_id) for track_id in range(1, 15)]
    assert len(set(colours)) == 14
    lab = cv2.cvtColor(np.float32([colours[:7]]) / 255, cv2.COLOR_BGR2LAB)[0]
    assert np.linalg.norm(lab - np.roll(lab, 1, axis=0), axis=1).min() > 100
    assert colour_of(15) == colour_of(1)
    assert all(abs(np.mean(ink_on(c)) - np.mean(c)) > 50 for c in colours)


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Đoković", "Dokovic"),
        ("Łukasz Ørsted", "Lukasz Orsted"),
        ("大坂なおみ", ""),
        ("大坂 Naomi", "Naomi"),
    ],
)
def test_names_lose_marks_not_letters(name: str, letters: str) -> None:
    assert drawable(name) == letters


def test_whose_name_cannot_be_drawn_has_the_id() -> None:
    images = [canvas(), canvas()]
    for image, names in zip(images, ({7: "大坂"}, {}), strict=True):
        Painter(COCO18, (640, 480), ("id",), names=names).paint(image, people(7), {}, 0.0)
    np.testing.assert_array_equal(*images)
