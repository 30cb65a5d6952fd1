"""Falls judged with other videos of the collection known: no video is on both sides."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from classifiers.recordings import Recording, one_person, whole_clip
from features.joints import ACTION13

evaluate_falls = import_module("evaluate_falls")
fall_training = import_module("action_data.fall_training")


def clip(source: str, number: int, label: str) -> Recording:
    xy = np.full((10, len(ACTION13), 2), float(number), np.float32)
    tracks = one_person(ACTION13, xy, 30.0)
    group = f"{source}/{number}"
    return Recording(source, f"{label}/{number}", group, tracks, whole_clip(tracks, label))


def test_each_video_is_judged_by_a_model_that_does_not_know_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    judged = [clip("falls_youtube", n, label) for n in range(6) for label in ("fall", "other")]
    learnt = [clip("penn_action", n, "squat") for n in range(6)]
    learnt.append(clip("drawn", 0, "fall"))
    judged_once: list[str] = []

    def without(left_out: list[Recording]) -> set[str]:
        return {each.group for each in (*judged, *learnt)} - {each.group for each in left_out}

    def alarms(known: set[str], clips: list[Recording]) -> np.ndarray:
        assert not known & {each.group for each in clips}
        assert "drawn/0" in known
        judged_once.extend(each.source + each.name for each in clips)
        return np.array([fall_training.is_fall(each) or "/5" in each.name for each in clips])

    def model_of(known: Any, recordings: list[Recording]) -> Any:
        del recordings
        return known

    monkeypatch.setattr(fall_training, "fall_data", lambda _: SimpleNamespace(without=without))
    monkeypatch.setattr(fall_training, "fall_model", model_of)
    monkeypatch.setattr(fall_training, "alarms", alarms)
    figures = evaluate_falls._known_collection(judged, learnt)
    assert sorted(judged_once) == sorted(
        each.source + each.name for each in (*judged, *learnt[:-1])
    )
    assert figures["known_sensitivity"] == 1
    assert figures["known_specificity"] == pytest.approx(5 / 6)
    assert figures["known_sport_false_alarms"] == 1
