"""What stands beside people in the annotated video."""

from __future__ import annotations

from classifiers.actions import Action
from posetrail.annotation import _Captions


def action(track_id: int, start_s: float, end_s: float, label: str = "fore_hand") -> Action:
    return Action(track_id, start_s, end_s, (start_s + end_s) / 2, label, 0.871)


def test_captions_stand_as_long_as_the_action() -> None:
    shown = _Captions([action(1, 2.0, 4.0), action(2, 3.0, 5.0, "serve")])
    assert shown.at(1.9) == {}
    assert shown.at(2.0) == {1: "fore hand 0.87"}
    assert shown.at(3.5) == {1: "fore hand 0.87", 2: "serve 0.87"}
    assert shown.at(5.1) == {}


def test_a_short_action_stays_in_sight_for_half_a_second() -> None:
    shown = _Captions([action(1, 2.0, 2.02)])
    assert [bool(shown.at(time)) for time in (1.7, 1.8, 2.2, 2.3)] == [False, True, True, False]


def test_without_actions_there_is_nothing_to_say() -> None:
    assert _Captions([]).at(1.0) == {}
