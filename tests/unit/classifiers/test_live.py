from __future__ import annotations

import math

import numpy as np
import pytest

from classifiers.actions import Action
from classifiers.learning import LearningSettings, blank_card, fit_model, make_examples
from classifiers.live import LiveRecogniser
from classifiers.model import ActionModel
from classifiers.recognition import RecognitionSettings
from classifiers.recordings import Recording, one_person
from features.joints import ACTION13
from features.windows import windows_at
from tracker.errors import UsageError
from tracker.tracks import Tracks

RATE = 30.0


def _lifting(seed: int) -> Recording:
    """A right arm that goes up for a second every four seconds."""
    rng = np.random.default_rng(seed)
    time = np.arange(int(30 * RATE)) / RATE
    standing = np.random.default_rng(0).normal(0, 40, (1, 13, 2))
    xy = np.repeat(standing, len(time), axis=0) + rng.normal(0, 0.5, (len(time), 13, 2))
    labels = []
    for start in np.arange(2.0, 27.0, 4.0):
        lift = np.sin(np.clip((time - start) * np.pi, 0, np.pi))
        xy[:, ACTION13.index("right_wrist"), 1] -= 120 * lift
        labels.append(Action(1, start, start + 1, math.nan, "up", math.nan))
        labels.append(Action(1, start + 1.5, start + 3, math.nan, "idle", math.nan))
    tracks = one_person(ACTION13, xy.astype(np.float32), RATE)
    return Recording("own", f"v{seed}", f"v{seed}", tracks, tuple(labels))


@pytest.fixture(scope="module")
def model() -> ActionModel:
    settings = LearningSettings()
    examples = make_examples([_lifting(seed) for seed in (1, 2)], settings)
    return fit_model(blank_card("lifts", examples, settings), examples, settings)


def _told(live: LiveRecogniser, tracks: Tracks) -> list[str | None]:
    one = np.array([1])
    return [
        live.update(float(time), one, xy[None])[1].label
        for time, xy in zip(tracks.time, tracks.xy, strict=True)
    ]


def test_it_tells_what_is_done_about_half_a_window_late(model: ActionModel) -> None:
    new = _lifting(9)
    told = np.array(_told(LiveRecogniser(model, ACTION13), new.tracks), object)
    assert model.card.events is not None
    late = (model.card.window.window_s + model.card.events.smooth_s) / 2
    for label in new.labels[2:]:
        row = round((label.middle_s + late) * RATE)
        assert told[row] == (None if label.label == "idle" else "up")


def test_its_windows_are_those_of_the_whole_track(model: ActionModel) -> None:
    tracks = _lifting(9).tracks.rows(np.arange(120))
    live = LiveRecogniser(model, ACTION13)
    for time, xy in zip(tracks.time, tracks.xy, strict=True):
        live.update(float(time), np.array([1]), xy[None])
    now = float(tracks.time[-1])
    window = model.card.window
    middle = np.array([now - window.spacing_s * (window.samples - 1) / 2])
    expected = windows_at(tracks, window, np.array([1]), middle, ACTION13)
    found = live._windows(now, np.array([1]))
    np.testing.assert_allclose(found.xy, expected.xy, atol=1e-3)


def test_it_remembers_one_window_of_frames_and_nobody_who_is_forgotten(model: ActionModel) -> None:
    live = LiveRecogniser(model, ACTION13)
    _told(live, _lifting(3).tracks)
    window = model.card.window
    assert len(live._frames) <= (window.window_s + window.max_gap_s) * RATE + 2
    live.forget(1)
    assert live._people == {}


def test_who_is_gone_for_longer_than_a_window_is_forgotten(model: ActionModel) -> None:
    live = LiveRecogniser(model, ACTION13)
    xy = _lifting(4).tracks.xy
    for number in range(300):
        live.update(number / 10, np.array([number + 1]), xy[:1])
    window = model.card.window
    assert len(live._people) <= (window.window_s + window.max_gap_s) * 10 + 2
    live.update(40.0, np.empty(0, np.int64), xy[:0])
    assert live._people == {}


def test_labels_that_are_too_unsure_are_not_told(model: ActionModel) -> None:
    tracks = _lifting(9).tracks
    assert model.card.events is not None
    strict = model.card.events.model_copy(update={"least_score": 1.0})
    settings = RecognitionSettings(events=strict)
    assert "up" in _told(LiveRecogniser(model, ACTION13), tracks)
    assert set(_told(LiveRecogniser(model, ACTION13, settings), tracks)) == {None}


def test_frames_without_people_and_people_who_come_and_go(model: ActionModel) -> None:
    live = LiveRecogniser(model, ACTION13)
    nobody = np.empty((0, 13, 2), np.float32)
    assert live.update(0.0, np.empty(0, np.int64), nobody) == {}
    xy = _lifting(4).tracks.xy
    assert set(live.update(0.1, np.array([3, 8]), xy[:2])) == {3, 8}
    assert set(live.update(0.2, np.array([8]), xy[:1])) == {8}


def test_time_must_rise_and_falls_are_refused(model: ActionModel) -> None:
    live = LiveRecogniser(model, ACTION13)
    xy = _lifting(4).tracks.xy
    live.update(1.0, np.array([1]), xy[:1])
    with pytest.raises(ValueError, match="must rise"):
        live.update(1.0, np.array([1]), xy[:1])
    falls = ActionModel(
        model.card.model_copy(update={"kind": "falls"}), model.method, model.features
    )
    with pytest.raises(UsageError, match="cannot be used live"):
        LiveRecogniser(falls, ACTION13)


def test_a_label_that_came_too_soon_is_told_once_the_last_is_long_enough_ago(
    model: ActionModel,
) -> None:
    assert model.card.events is not None
    apart = model.card.events.model_copy(update={"separation_s": 1.5})
    live = LiveRecogniser(model, ACTION13, RecognitionSettings(events=apart))
    sure, unsure = np.full((2, len(model.classes)), 0.05, np.float32)
    sure[model.classes.index("up")] = 0.95
    unsure[model.classes.index("idle")] = 0.95
    times = np.arange(0, 5, 1 / RATE)
    done = (times < 0.6) | (times >= 1.4)
    told = [
        live._doing(1, float(time), (sure if up else unsure).copy()).label is not None
        for time, up in zip(times, done, strict=True)
    ]
    again = times[np.array(told) & (times > 1.0)]
    surest_s = live._people[1].surest_s
    assert times[told][0] < 0.2
    assert 1.5 <= again[0] <= 2.2
    assert surest_s > 1.5
    assert again[-1] == times[-1]
