"""Which parts of a picture are looked at enlarged."""

from __future__ import annotations

import numpy as np
import pytest

from tracker.anchors import standing_offsets
from tracker.decoding import InputGeometry
from tracker.merging import whole
from tracker.parts import Part
from tracker.poses import Poses
from tracker.skeleton import COCO18
from tracker.zoom import LAG, Lookout, ZoomSettings

SIZE = (1280, 720)
HEIGHT = 368
FPS = 25
SETTINGS = ZoomSettings()
CORNERS = Lookout(SIZE, HEIGHT, SETTINGS).plan(0.0)


def standing(*people: tuple[float, float, float], score: float = 0.4) -> Poses:
    """People of a neck's x and y and a height, in pixels."""
    rows = np.array(people, np.float32).reshape(-1, 3)
    xy = rows[:, None, :2] + standing_offsets(COCO18) * rows[:, 2, None, None]
    xy[:, COCO18.index("left_shoulder"), 0] += 0.13 * rows[:, 2]
    xy[:, COCO18.index("right_shoulder"), 0] -= 0.13 * rows[:, 2]
    return Poses(COCO18, xy.astype(np.float32), np.full(xy.shape[:2], score, np.float32))


def plans(frames: list[Poses], lookout: Lookout | None = None) -> list[list[Part]]:
    """The plan of every frame, if these people are found in each."""
    lookout = lookout or Lookout(SIZE, HEIGHT, SETTINGS)
    chosen = []
    for number, poses in enumerate(frames):
        chosen.append(lookout.plan(number / FPS))
        lookout.learn(number / FPS, poses)
    return chosen


def holds(parts: list[Part], poses: Poses) -> bool:
    low, high = poses.xy[0].min(0), poses.xy[0].max(0)
    return any(
        p.left <= low[0]
        and p.top <= low[1]
        and high[0] <= p.left + p.width
        and high[1] <= p.top + p.height
        for p in parts
    )


def runner(frames: int, speed: float = 90.0) -> list[Poses]:
    """Somebody 60 pixels tall who runs to and fro, a second and a half each way."""
    way = [abs((t / FPS + 1.5) % 3 - 1.5) * speed for t in range(frames)]
    return [standing((500 + x, 90, 60)) for x in way]


def test_all_of_the_picture_is_looked_at_once_a_second() -> None:
    chosen = plans([standing()] * 60)
    assert [n for n, parts in enumerate(chosen) if parts == CORNERS] == [0, 25, 50]
    assert all(not parts for n, parts in enumerate(chosen) if n % 25)


@pytest.mark.parametrize("size", [SIZE, (1920, 1080), (3840, 2160), (1080, 1920), (640, 480)])
def test_every_small_person_is_whole_in_a_corner_which_goes_through_the_usual_network(
    size: tuple[int, int],
) -> None:
    corners = Lookout(size, HEIGHT, SETTINGS).plan(0.0)
    network = {"multiple": 32, "stride": 8}
    usual = InputGeometry.fit(size, height=HEIGHT, **network).padded
    for part in corners:
        fitted = InputGeometry.fit((part.width, part.height), height=part.input_height, **network)
        assert fitted.padded == usual
        assert part.magnification <= 1.0
    rng = np.random.default_rng(1)
    height = 0.98 * SETTINGS.small * size[1] / HEIGHT
    for x, y in rng.uniform([0, 0.3 * height], [size[0], size[1] - height], (200, 2)).tolist():
        person = standing((x, y, height))
        assert any(whole(part, person, size).all() for part in corners)


def test_a_small_picture_is_not_looked_at_again() -> None:
    assert Lookout((640, 360), HEIGHT, SETTINGS).plan(0.0) == []
    assert Lookout((704, 440), HEIGHT, SETTINGS).plan(0.0) == []


def test_a_small_runner_is_in_an_enlarged_part_of_every_frame() -> None:
    frames = runner(150)
    chosen = plans(frames)
    assert all(holds(parts, poses) for parts, poses in zip(chosen[LAG:], frames[LAG:], strict=True))
    inputs = {part.input_height for parts in chosen for part in parts if part not in CORNERS}
    assert inputs == {SETTINGS.side}


def test_large_people_and_unsure_ones_are_not_enlarged() -> None:
    large = [standing((500, 90, 200))] * 20
    unsure = [standing((500, 90, 60), score=0.08)] * 20
    assert not any(plans(large)[1:])
    assert not any(plans(unsure)[1:])


def test_somebody_who_is_gone_is_expected_for_a_while() -> None:
    chosen = plans(runner(40) + [standing()] * 60)
    last = max(n for n, parts in enumerate(chosen) if parts and parts != CORNERS)
    expected_until = 40 + SETTINGS.patience_s * FPS + LAG
    assert expected_until - 2 <= last <= expected_until + 1


def test_many_small_people_take_turns_and_runners_come_first() -> None:
    still = [(100.0 + 130 * k, 400.0, 60.0) for k in range(9)]
    frames = [
        standing(*still, (500 + abs((t / FPS + 1.5) % 3 - 1.5) * 90, 90, 60)) for t in range(150)
    ]
    chosen = plans(frames)[75:]
    assert all(len(parts) <= SETTINGS.parts for parts in chosen if parts != CORNERS)
    run = sum(any(p.top < 300 for p in parts) for parts in chosen)
    assert run / len(chosen) > 0.9
    for x, y, height in still:
        person = standing((x, y, height))
        visits = [n for n, parts in enumerate(chosen) if holds(parts, person)]
        assert np.diff(visits).max() < FPS


def test_neighbours_share_a_part() -> None:
    frames = [standing((500, 90, 60), (530, 95, 60))] * 10
    assert {len(parts) for parts in plans(frames)[LAG + 1 :]} == {1}


def test_parts_lie_in_the_picture_whatever_is_found() -> None:
    rng = np.random.default_rng(0)
    frames = [
        standing(*rng.uniform([-50, -50, 3], [1330, 770, 140], (6, 3)).tolist()) for _ in range(80)
    ]
    for size, height in ((SIZE, HEIGHT), ((90, 300), 250)):
        for parts in plans(frames, Lookout(size, height, SETTINGS)):
            for p in parts:
                assert p.left >= 0
                assert p.top >= 0
                assert p.left + p.width <= size[0]
                assert p.top + p.height <= size[1]


def test_plans_depend_only_on_frames_long_enough_before() -> None:
    """Learning late, as late as allowed, gives the same plans as learning at once."""
    frames = runner(60)
    lookout = Lookout(SIZE, HEIGHT, SETTINGS)
    late = []
    for number in range(60):
        if number >= LAG:
            lookout.learn((number - LAG) / FPS, frames[number - LAG])
        late.append(lookout.plan(number / FPS))
    assert late == plans(frames)


def test_a_plan_before_its_time_is_refused() -> None:
    lookout = Lookout(SIZE, HEIGHT, SETTINGS)
    for number in range(LAG):
        lookout.plan(number / FPS)
    with pytest.raises(RuntimeError, match="frame 4 is planned before 0"):
        lookout.plan(1.0)


def test_frames_with_some_enlarged_part_are_counted() -> None:
    lookout = Lookout(SIZE, HEIGHT, SETTINGS)
    chosen = plans(runner(40) + [standing()] * 80, lookout)
    assert lookout.zoomed == sum(map(bool, chosen)) < 120
