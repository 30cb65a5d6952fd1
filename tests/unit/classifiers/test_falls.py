from __future__ import annotations

import numpy as np
import pytest

from classifiers.falls import FallSettings, candidate_drops, recognise_falls, windows_of_drops
from classifiers.model import ActionModel
from classifiers.recordings import one_person
from classifiers.stillness import StillDownSettings, down_until
from features.feature_set import FeatureSet
from features.joints import ACTION13
from features.windows import Windows, WindowSettings
from posetrail.resources import models_dir
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
WINDOW = WindowSettings(window_s=61 / 12, samples=61, min_seen=0.0)


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
    assert found.time[0] == pytest.approx(2.35, abs=0.2)


def test_who_stands_is_no_candidate() -> None:
    assert len(candidate_drops(person(np.zeros(120)), FallSettings())) == 0


def test_a_fall_is_told_from_lying_down_slowly() -> None:
    model = ActionModel.load(models_dir() / "actions" / "falls.txt")
    fall = recognise_falls(tilting(2, 0.6, 4), model)
    assert [(each.label, each.track_id) for each in fall] == [("fall", 1)]
    assert fall[0].start_s == pytest.approx(1.85, abs=0.4)
    assert fall[0].end_s == pytest.approx(6.6, abs=0.1)
    assert recognise_falls(tilting(1, 8, 4), model) == []


def test_who_stays_down_is_down_until_the_end() -> None:
    tracks = tilting(2, 0.6, 3)
    assert down_until(tracks, 1, 2.3, StillDownSettings()) == pytest.approx(tracks.time[-1])


def test_who_rises_at_once_is_not_down() -> None:
    assert down_until(tilting(2, 0.5, 3, back=True), 1, 2.3, StillDownSettings()) is None


def test_who_lay_before_did_not_fall() -> None:
    lying = person(np.full(120, 90.0))
    assert down_until(lying, 1, 2.0, StillDownSettings()) is None


def test_who_does_push_ups_was_not_up_before() -> None:
    places = {"nose": (-30, -10), "shoulder": (0, 0), "elbow": (0, 55), "wrist": (0, 110)}
    places |= {"hip": (92, 38), "knee": (170, 70), "ankle": (245, 100)}
    joints = [places[name.partition("_")[2] or name] for name in ACTION13.keypoints]
    high = np.array(joints, float)
    low = high.copy()
    low[[ACTION13.index(f"{side}_shoulder") for side in ("right", "left")], 1] = 80
    frames = np.concatenate([np.repeat(high[None], 60, 0), np.repeat(low[None], 60, 0)])
    push_up = one_person(ACTION13, frames.astype(np.float32), RATE)
    assert down_until(push_up, 1, 2.0, StillDownSettings()) is None
    assert down_until(push_up, 1, 2.0, StillDownSettings(was_up=0.9)) is not None


@pytest.mark.parametrize(("size", "falls"), [(0.4, False), (0.7, True), (2.0, True), (3.5, False)])
def test_who_is_another_size_afterwards_is_somebody_else(size: float, falls: bool) -> None:
    tracks = tilting(2, 0.6, 3)
    later = tracks.time > 2.35
    tracks.xy[later] = 500 + size * (tracks.xy[later] - 500)
    assert (down_until(tracks, 1, 2.3, StillDownSettings()) is not None) == falls


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


def test_who_is_not_seen_any_more_may_be_down() -> None:
    tracks = tilting(2, 0.6, 3)
    gone = tracks.rows(np.flatnonzero(tracks.time < 2.6))
    assert down_until(gone, 1, 2.35, StillDownSettings()) == pytest.approx(gone.time[-1])


def test_the_fall_stands_where_the_features_look_for_it() -> None:
    tracks = tilting(2, 0.6, 4)
    found = candidate_drops(tracks, FallSettings())
    features = FeatureSet(ACTION13, WINDOW.samples, ("falling",))
    windows = windows_of_drops(tracks, found.track_id, found.time, WINDOW)
    row = dict(zip(features.names, features.matrix(windows)[0].tolist(), strict=True))
    assert row["fall_neck_was_over_lowest"] == pytest.approx(2.5, abs=0.2)
    assert row["fall_neck_drop"] == pytest.approx(2.66, abs=0.1)
    assert row["fall_trunk_tilt_late"] == pytest.approx(90, abs=5)
    assert row["fall_later_low"] < 0.5 < row["fall_neck_speed"]


def test_features_of_nobody_are_missing_and_warn_of_nothing() -> None:
    nobody = Windows(
        ACTION13,
        np.full((2, WINDOW.samples, len(ACTION13), 2), np.nan, np.float32),
        np.ones(2, np.int64),
        np.arange(2.0),
        WINDOW.spacing_s,
    )
    features = FeatureSet(ACTION13, WINDOW.samples, ("falling",))
    assert np.isnan(features.matrix(nobody)).sum() >= features.matrix(nobody).size - 2
