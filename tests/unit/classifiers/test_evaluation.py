from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import f1_score, precision_score, recall_score

from classifiers.actions import Action
from classifiers.evaluation import (
    event_scores,
    grouped_folds,
    refuse_leaks,
    scores,
    wilson_interval,
)
from classifiers.recordings import Recording, one_person, whole_clip
from features.joints import ACTION13
from tracker.errors import EvaluationError


def test_scores_equal_scikit_learns() -> None:
    rng = np.random.default_rng(3)
    truth, told = (np.array(list("abc"))[rng.integers(0, 3, 200)] for _ in range(2))
    found = scores(truth, told)
    assert found.accuracy == pytest.approx((truth == told).mean())
    assert found.macro_f1 == pytest.approx(f1_score(truth, told, average="macro"))
    np.testing.assert_allclose(found.precision, precision_score(truth, told, average=None))
    np.testing.assert_allclose(found.recall, recall_score(truth, told, average=None))


def test_nothing_to_compare_is_an_error() -> None:
    with pytest.raises(EvaluationError):
        scores([], [])


def test_groups_are_never_split_and_everything_is_judged_once() -> None:
    groups = np.array([f"g{i}" for i in np.random.default_rng(1).integers(0, 12, 400)])
    judged = np.zeros(400, int)
    for fold in grouped_folds(groups, 5):
        assert not set(groups[fold]) & set(groups[~fold])
        judged += fold
    assert (judged == 1).all()


def test_too_few_groups_are_refused() -> None:
    with pytest.raises(EvaluationError, match="at least as many groups"):
        list(grouped_folds(np.array(["a", "a", "b"]), 3))


def _recording(group: str, seed: int) -> Recording:
    xy = np.random.default_rng(seed).normal(size=(20, 13, 2)).astype(np.float32)
    tracks = one_person(ACTION13, xy, 30.0)
    return Recording("test", f"{group}-{seed}", group, tracks, whole_clip(tracks, "x"))


def test_leaks_are_refused_by_group_and_by_content() -> None:
    refuse_leaks([_recording("a", 1)], [_recording("b", 2)])
    with pytest.raises(EvaluationError, match="group 'a'"):
        refuse_leaks([_recording("a", 1)], [_recording("a", 2)])
    with pytest.raises(EvaluationError, match="same keypoints"):
        refuse_leaks([_recording("a", 1)], [replace(_recording("b", 1), name="renamed")])


def _event(start: float, label: str = "hit", person: int = 1) -> Action:
    return Action(person, start, start + 0.4, math.nan, label, math.nan)


def test_events_match_one_to_one_by_person_label_and_time() -> None:
    truth = [_event(1.0), _event(2.0), _event(5.0, person=2)]
    told = [_event(1.1), _event(1.2), _event(2.0, "miss"), _event(5.0)]
    found = event_scores(truth, told, 0.5)
    assert (found.found, found.true, found.predicted) == (1, 3, 4)
    assert found.f1 == pytest.approx(2 / 7)
    assert event_scores(truth, truth, 0.0).f1 == 1


def test_events_equal_themselves_wherever_their_peaks_are() -> None:
    peaked = [replace(_event(1.0), peak_s=1.0), replace(_event(2.0), peak_s=2.4), _event(3.0)]
    assert event_scores(peaked, peaked, 0.0).f1 == 1
    assert event_scores(peaked, [replace(each, peak_s=math.nan) for each in peaked], 0.0).f1 == 1


def test_wilson_interval_is_the_published_one() -> None:
    low, high = wilson_interval(9, 10)
    assert (low, high) == (pytest.approx(0.5958, abs=1e-3), pytest.approx(0.9821, abs=1e-3))
    assert wilson_interval(0, 0) == (0.0, 1.0)
