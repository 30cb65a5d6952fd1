"""The hand that somebody strikes with."""

from __future__ import annotations

import numpy as np
import pytest

from classifiers.hands import HandSoFar, choose_hands, left_lead, stretches
from classifiers.recognition import RecognitionSettings

ERRORS = RecognitionSettings().left_lead


def test_only_what_is_no_background_speaks_for_a_hand() -> None:
    idle = np.array([[0.9, 0.1]], np.float32)
    sure = np.array([[0.05, 0.95]], np.float32)
    assert left_lead(idle, sure, 0) == pytest.approx(0.95**2 - 0.1**2, rel=1e-5)
    assert left_lead(idle, sure, None) == pytest.approx(0.95**2 - 0.9**2, rel=1e-5)


@pytest.mark.parametrize(("strokes", "hand"), [(4, "right"), (5, "left")])
def test_a_left_hand_takes_more_than_four_equal_strokes(strokes: int, hand: str) -> None:
    lead = np.ones(strokes, np.float32)
    person = np.full(strokes, 3)
    assert choose_hands(person, np.arange(strokes), lead, ERRORS) == {3: hand}


def test_windows_of_one_stroke_are_one_piece_of_evidence() -> None:
    lead = np.ones(30, np.float32)
    assert choose_hands(np.full(30, 1), np.zeros(30, int), lead, ERRORS) == {1: "right"}


def test_strokes_that_contradict_each_other_say_nothing() -> None:
    lead = np.tile([3.0, -2.0], 10).astype(np.float32)
    people = np.repeat([1, 2], [20, 10])
    whole = np.r_[lead, np.ones(10, np.float32)]
    number = np.r_[np.arange(20), np.arange(10)]
    assert choose_hands(people, number, whole, ERRORS) == {1: "right", 2: "left"}


def test_frame_by_frame_it_is_decided_as_at_once() -> None:
    rng = np.random.default_rng(0)
    time = np.sort(rng.uniform(0, 20, 200))
    lead = rng.normal(0.1, 0.3, 200).astype(np.float32)
    known, number = HandSoFar(), stretches(time)
    for k in range(200):
        known.see(int(number[k]), float(lead[k]))
        so_far = choose_hands(np.ones(k + 1, int), number[: k + 1], lead[: k + 1], ERRORS)
        assert known.is_left(ERRORS) == (so_far[1] == "left")
