from __future__ import annotations

import numpy as np
import pytest

from classifiers.falls import FallSettings, candidate_drops
from classifiers.recordings import one_person
from classifiers.stillness import StillDownSettings, down_until
from features.joints import ACTION13
from tracker.tracks import Tracks

#: A person of 100 px torso, standing, neck at the origin: x and y of each joint.
STANDING = {
    "nose": (0, -30),
    "shoulder": (20, 0),
    "elbow": (25, 45),
    "wrist": (25, 90),
    "hip": (15, 100),
    "knee": (15, 180),
    "ankle": (15, 250),
}
RATE = 30.0


def standing() -> np.ndarray:
    rows = []
    for name in ACTION13.keypoints:
        side, _, part = name.partition("_")
        x, y = STANDING[part or side]
        rows.append((-x if side == "right" else x, y))
    return np.array(rows, float)


def person(tilts: np.ndarray) -> Tracks:
    """Somebody who turns about their feet by so many degrees, frame by frame; 90 is lying."""
    body = standing() - (0, 250)
    turns = np.radians(tilts)
    frames = [body @ np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]]) for a in turns]
    return one_person(ACTION13, (np.array(frames) + 500).astype(np.float32), RATE)


def tilting(before_s: float, fall_s: float, after_s: float, back: bool = False) -> Tracks:
    parts = [np.zeros(int(before_s * RATE)), np.linspace(0, 90, int(fall_s * RATE))]
    if back:
        parts.append(np.linspace(90, 0, int(fall_s * RATE)))
    parts.append(np.full(int(after_s * RATE), 0.0 if back else 90.0))
    return person(np.concatenate(parts))


def test_a_fall_is_one_candidate_at_its_middle() -> None:
    found = candidate_drops(tilting(2, 0.6, 2), FallSettings())
    assert found.track_id.tolist() == [1]
    assert found.time[0] == pytest.approx(2.35, abs=0.25)


def test_standing_and_lying_down_slowly_are_no_candidates() -> None:
    assert (
        len(candidate_drops(tilting(3, 0.1, 0, back=True).rows(np.arange(80)), FallSettings())) == 0
    )
    assert len(candidate_drops(tilting(1, 8, 1), FallSettings())) == 0


def test_who_stays_down_is_down_until_the_end() -> None:
    tracks = tilting(2, 0.6, 3)
    assert down_until(tracks, 1, 2.3, StillDownSettings()) == pytest.approx(tracks.time[-1])


def test_who_rises_at_once_is_not_down() -> None:
    assert down_until(tilting(2, 0.5, 3, back=True), 1, 2.3, StillDownSettings()) is None


def test_who_lay_before_did_not_fall() -> None:
    lying = person(np.full(120, 90.0))
    assert down_until(lying, 1, 2.0, StillDownSettings()) is None


def test_the_time_of_rising_is_told() -> None:
    tilts = np.concatenate(
        [
            np.zeros(60),
            np.linspace(0, 90, 15),
            np.full(90, 90.0),
            np.linspace(90, 0, 15),
            np.zeros(60),
        ]
    )
    rises = down_until(person(tilts), 1, 2.25, StillDownSettings())
    assert rises == pytest.approx(5.7, abs=0.4)


def test_nobody_has_no_candidates() -> None:
    assert len(candidate_drops(Tracks.empty(ACTION13), FallSettings())) == 0
