from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from classifiers.actions import Action
from classifiers.learning import LearningSettings, blank_card, fit_model, make_examples
from classifiers.live import LiveRecogniser
from classifiers.live_actions import recognise_live
from classifiers.model import ActionModel
from classifiers.recognition import RecognitionSettings, recognise
from features.joints import ACTION13
from tests.scenes import with_ids
from tests.unit.classifiers.test_live import _lifting
from tracker.errors import UsageError
from tracker.poses import State
from tracker.tracks import Tracks


@pytest.fixture(scope="module")
def model() -> ActionModel:
    settings = LearningSettings()
    examples = make_examples([_lifting(seed) for seed in (1, 2)], settings)
    return fit_model(blank_card("lifts", examples, settings), examples, settings)


def _two_people() -> Tracks:
    """Somebody who lifts an arm and, from the fifth second on, somebody who does it later."""
    first, second = _lifting(9).tracks, _lifting(10).tracks
    later = with_ids(second.rows(second.time < 15), np.full(450, 2, np.int64))
    frame = np.concatenate([first.frame, later.frame + 150])
    order = np.argsort(frame, kind="stable")
    return Tracks(
        ACTION13,
        frame[order],
        frame[order] / 30.0,
        np.concatenate([first.track_id, later.track_id])[order],
        np.concatenate([first.xy, later.xy])[order],
        np.concatenate([first.score, later.score])[order],
        np.concatenate([first.state, later.state])[order],
    )


def test_it_tells_what_the_live_recogniser_tells_frame_by_frame(model: ActionModel) -> None:
    tracks = _two_people()
    live, told = LiveRecogniser(model, ACTION13), set()
    for frame in np.unique(tracks.frame):
        rows = tracks.frame == frame
        now = float(tracks.time[rows][0])
        for person, doing in live.update(now, tracks.track_id[rows], tracks.xy[rows]).items():
            if doing.label:
                told.add((person, doing.label, round(doing.since_s - live.delay_s, 6)))
    found = recognise_live(tracks, model)
    assert {each.track_id for each in found} == {1, 2}
    assert {(each.track_id, each.label, round(each.start_s, 6)) for each in found} <= told
    shortest = live.events.min_s - model.card.window.step_s
    assert all(each.duration_s >= shortest - 1e-9 for each in found)


def test_its_times_are_those_of_the_movement(model: ActionModel) -> None:
    recording = _lifting(9)
    lifts = [label for label in recording.labels if label.label == "up"]
    found = recognise_live(recording.tracks, model)
    assert [each.label for each in found] == ["up"] * len(lifts)
    for lift, each in zip(lifts, found, strict=True):
        assert each.middle_s == pytest.approx(lift.middle_s, abs=0.35)
        assert each.start_frame == pytest.approx(each.start_s * 30, abs=1)


@pytest.mark.parametrize("end_s", [4.1, 10.7, 17.0])
def test_what_comes_later_changes_nothing(model: ActionModel, end_s: float) -> None:
    tracks = _two_people()
    live = LiveRecogniser(model, ACTION13)
    whole, cut = (
        recognise_live(each, model) for each in (tracks, tracks.rows(tracks.time < end_s))
    )
    known = end_s - live.delay_s - live.events.min_s - 0.1
    over = [each for each in whole if each.end_s < known]
    assert [_names(each) for each in over] == [_names(each) for each in cut if each.end_s < known]
    assert over or end_s < 5


def _names(action: Action) -> tuple[int, str, float, float, float]:
    return action.track_id, action.label, action.start_s, action.end_s, action.score


def test_rows_filled_in_afterwards_were_not_known(model: ActionModel) -> None:
    tracks = _lifting(9).tracks
    state = tracks.state.copy()
    state[60:200] = State.INTERPOLATED
    filled = replace(tracks, state=state)
    for find in (recognise, recognise_live):
        without = find(tracks.rows(state == State.OBSERVED), model)
        assert [_names(each) for each in find(filled, model)] == [_names(each) for each in without]
        assert len(find(filled, model)) < len(find(tracks, model))


def test_a_stroke_too_soon_after_another_is_not_told(model: ActionModel) -> None:
    tracks = _lifting(9).tracks
    assert model.card.events is not None
    apart = model.card.events.model_copy(update={"separation_s": 7.0})
    often = recognise_live(tracks, model)
    seldom = recognise_live(tracks, model, RecognitionSettings(events=apart))
    assert len(seldom) == (len(often) + 1) // 2


def test_a_model_of_falls_is_refused(model: ActionModel) -> None:
    card = model.card.model_copy(update={"kind": "falls"})
    with pytest.raises(UsageError, match="cannot be used live"):
        recognise_live(_lifting(4).tracks, ActionModel(card, model.method, model.features))


@pytest.mark.parametrize("find", [recognise, recognise_live])
@pytest.mark.parametrize("learnt_behind", [True, False])
def test_who_faces_the_camera_is_shown_from_behind(
    model: ActionModel,
    monkeypatch: pytest.MonkeyPatch,
    find: Callable[[Tracks, ActionModel], list[Action]],
    learnt_behind: bool,
) -> None:
    card = model.card.model_copy(update={"from_behind": learnt_behind})
    chosen = ActionModel(card, model.method, model.features)
    shown: list[np.ndarray] = []
    probabilities = ActionModel.probabilities
    monkeypatch.setattr(
        ActionModel,
        "probabilities",
        lambda self, windows: [shown.append(windows.xy), probabilities(self, windows)][1],
    )
    tracks = _lifting(9).tracks.rows(np.arange(90))
    find(tracks, chosen)
    behind = np.concatenate(shown)
    shown.clear()
    find(replace(tracks, xy=tracks.xy * np.array([-1, 1], np.float32)), chosen)
    assert np.array_equal(np.concatenate(shown), behind, equal_nan=True) == learnt_behind


def test_nothing_begins_before_the_person_came_into_sight(model: ActionModel) -> None:
    tracks = _lifting(9).tracks
    away = (tracks.time < 2.3) | ((tracks.time > 8.0) & (tracks.time < 10.3))
    seen = tracks.rows(~away)
    found = recognise_live(seen, model)
    came = [float(seen.time[0]), float(seen.time[seen.time > 8.1][0])]
    assert {each.start_s for each in found} >= set(came)
    for each in found:
        assert not 8.1 < each.start_s < came[1]
        first = float(seen.time[seen.frame == each.start_frame][0])
        assert 0 <= first - each.start_s < 1 / 30


def test_nobody_does_nothing(model: ActionModel) -> None:
    assert recognise_live(Tracks.empty(ACTION13), model) == []
