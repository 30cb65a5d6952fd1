from __future__ import annotations

import math
from dataclasses import replace
from typing import Literal

import numpy as np
import pytest

from classifiers.actions import Action
from classifiers.background import BackgroundSettings, claimed, with_background
from classifiers.comparison import compare, together
from classifiers.judging import NOT_SEEN, judge
from classifiers.learning import (
    LearningSettings,
    blank_card,
    common_joints,
    fit_model,
    make_examples,
)
from classifiers.recognition import RecognitionSettings
from classifiers.recordings import Recording, one_person
from classifiers.splits import fold_in_time, folds_by_group
from classifiers.training_report import ReportFacts, report_text, result_values, too_few
from features.joints import ACTION13
from tracker.errors import EvaluationError, LabelError
from tracker.skeleton import COCO17, Skeleton

RATE = 30.0
#: A person standing: head, right arm, left arm, right leg, left leg.
STANDING = np.array(
    [(0, -60), (-20, -40), (-25, -10), (-25, 20), (20, -40), (25, -10), (25, 20),
     (-12, 20), (-12, 60), (-12, 100), (12, 20), (12, 60), (12, 100)], np.float32,
)  # fmt: skip
SETTINGS = LearningSettings()


def waving(seed: int, seconds: float = 24.0, group: str | None = None) -> Recording:
    """Somebody who lifts the right arm and the left arm in turn, every four seconds, for a second."""
    rng = np.random.default_rng(seed)
    time = np.arange(int(seconds * RATE)) / RATE
    xy = np.repeat(STANDING[None], len(time), axis=0) + rng.normal(0, 0.5, (len(time), 13, 2))
    labels = []
    for number, start in enumerate(np.arange(2.0, seconds - 2, 4.0)):
        side = "right" if number % 2 else "left"
        lift = np.sin(np.clip((time - start) * np.pi, 0, np.pi))
        wrist, elbow = (ACTION13.index(f"{side}_{joint}") for joint in ("wrist", "elbow"))
        xy[:, wrist, 1] -= 90 * lift
        xy[:, elbow, 1] -= 40 * lift
        labels.append(Action(1, start, start + 1.0, math.nan, f"{side} up", math.nan))
    scale = rng.uniform(0.5, 2)
    tracks = one_person(ACTION13, (xy * scale + 300).astype(np.float32), RATE)
    return Recording("own", f"v{seed}/1", group or f"v{seed}", tracks, tuple(labels))


@pytest.fixture(scope="module")
def recordings() -> list[Recording]:
    own = [waving(seed) for seed in range(4)]
    return with_background(own, [[]] * 4, SETTINGS.window.window_s, SETTINGS.background)


def test_background_keeps_away_from_labels_and_doubts() -> None:
    recording = waving(1)
    doubt = Action(1, 8.0, 9.9, math.nan, "?", math.nan)
    (found,) = with_background([recording], [[doubt]], 0.5, BackgroundSettings(clear_s=0.2))
    idle = [label for label in found.labels if label.label == "idle"]
    assert len(idle) == 3 * len(recording.labels)
    for stretch in idle:
        for other in (*recording.labels, doubt):
            apart = max(other.start_s - stretch.end_s, stretch.start_s - other.end_s)
            assert apart >= 0.2 - 1e-9


def test_background_is_the_same_every_time_and_none_where_none_is_wanted() -> None:
    settings = BackgroundSettings()
    (one,) = with_background([waving(1)], [[]], 1.0, settings)
    (two,) = with_background([waving(1)], [[]], 1.0, settings)
    assert str(one.labels) == str(two.labels)
    (none,) = with_background([waving(1)], [[]], 1.0, BackgroundSettings(ratio=0))
    assert str(none.labels) == str(waving(1).labels)


def test_a_click_claims_a_window() -> None:
    click = Action(1, 5.0, 5.0, math.nan, "hit", math.nan)
    np.testing.assert_allclose(claimed([click], 0.8, 0.1), [[4.5, 5.5]])
    assert claimed([], 1.0).shape == (0, 2)


def test_folds_over_groups_share_nothing(recordings: list[Recording]) -> None:
    folds = folds_by_group(recordings, 3)
    groups = np.array([each.group for each in recordings for _ in each.labels])
    assert sum(fold.judge.astype(int) for fold in folds).tolist() == [1] * len(groups)
    for fold in folds:
        assert not set(groups[fold.learn]) & set(groups[fold.judge])
        assert {each.group for each in fold.judged} == set(groups[fold.judge])


def test_one_group_gives_no_figure() -> None:
    with pytest.raises(EvaluationError, match=r"All labels are of one group .*--time-split"):
        folds_by_group([waving(1, group="a"), waving(2, group="a")], 5)


def test_the_same_video_under_two_names_is_refused() -> None:
    twice = [waving(1), replace(waving(1), name="copy/1", group="copy")]
    with pytest.raises(EvaluationError, match="same keypoints"):
        folds_by_group(twice, 2)


def test_a_split_in_time_purges_a_window(recordings: list[Recording]) -> None:
    fold = fold_in_time(recordings, 0.6, 1.0)
    labels = [label for each in recordings for label in each.labels]
    spans = claimed(labels, 1.0)
    per_video = len(recordings[0].labels)
    for video in range(len(recordings)):
        rows = slice(video * per_video, (video + 1) * per_video)
        learnt, judged = spans[rows][fold.learn[rows]], spans[rows][fold.judge[rows]]
        assert learnt[:, 1].max() + 1.0 <= judged[:, 0].min() + 1e-9
        assert fold.judged[video].tracks.time[0] >= learnt[:, 1].max() + 1.0 - 1e-9
    assert not (fold.learn & fold.judge).any()


def test_a_cut_that_leaves_nothing_is_refused() -> None:
    lone = replace(waving(1), labels=waving(1).labels[:1])
    with pytest.raises(EvaluationError, match="leaves nothing"):
        fold_in_time([lone], 0.5, 1.0)


def test_labels_across_the_cut_are_judged_neither_as_labels_nor_as_nothing() -> None:
    (own,) = _with_idle([waving(1, 60.0)])
    cut = float(np.quantile([label.middle_s for label in own.labels], 0.6))
    lifts = [label for label in own.labels if label.label != "idle"]
    near = min(lifts, key=lambda label: abs(label.middle_s - cut))
    half = abs(near.middle_s - cut) + 1.5
    across = replace(near, start_s=near.middle_s - half, end_s=near.middle_s + half)
    labels = tuple(across if label == near else label for label in own.labels)
    some = [replace(own, labels=labels)]
    fold = fold_in_time(some, 0.6, 1.0)
    assert [each for each in fold.left_out[own.name] if each.label != "idle"] == [across]
    examples = make_examples(some, SETTINGS)
    card = blank_card("waves", examples, SETTINGS)
    judged = judge(card, examples, some, {}, [fold], SETTINGS, RecognitionSettings())
    rows = fold.judged[0].tracks.time
    left_out = int((rows <= across.end_s).sum())
    assert left_out >= 14
    assert judged.comparison.in_time.n == len(rows) - left_out


def test_events_are_judged_with_the_hand_that_recognition_takes(
    recordings: list[Recording],
) -> None:
    examples = make_examples(recordings, SETTINGS, handed=True)
    card = blank_card("waves", examples, SETTINGS)
    assert card.handed
    folds = folds_by_group(recordings, 2)

    def found(hand: Literal["right", "left"]) -> float:
        settings = RecognitionSettings(handedness=hand)
        judged = judge(card, examples, recordings, {}, folds, SETTINGS, settings)
        return judged.comparison.found(0.5).f1

    assert found("right") > 0.8
    assert found("left") < 0.2  # in a mirror the right arm is the left one


@pytest.fixture(scope="module")
def facts(recordings: list[Recording]) -> ReportFacts:
    examples = make_examples(recordings, SETTINGS)
    card = blank_card("waves", examples, SETTINGS)
    folds = folds_by_group(recordings, 4)
    judged = judge(card, examples, recordings, {}, folds, SETTINGS, RecognitionSettings())
    return ReportFacts(
        "waves", "posetrail train", "1", "4 folds", judged, None, "video", recordings, 2,
        SETTINGS, {"right_wrist_y_min": 0.5}, ["a | note"],
    )  # fmt: skip


def test_new_people_are_told(facts: ReportFacts) -> None:
    assert facts.judged is not None
    assert facts.judged.accuracy > 0.9
    assert facts.judged.majority_accuracy < 0.7
    assert facts.judged.comparison.found(0.5).f1 > 0.8
    assert facts.judged.comparison.in_time.accuracy > 0.8
    values = result_values(facts)
    assert values["n"] == 20
    assert values["groups"] == 4


def test_the_report_says_what_matters(facts: ReportFacts) -> None:
    text = report_text(facts)
    for words in ("| left up |", "confusion.png", "commonest class", "standard deviation", "a | note",
                  "2 rows labelled `?`", "right_wrist_y_min", "stretches of 1 s"):  # fmt: skip
        assert words in text
    assert too_few(facts) == [
        "left up: labels 12, videos 4; wanted: labels: 8 more",
        "right up: labels 8, videos 4; wanted: labels: 12 more",
    ]


def test_without_judging_there_is_no_figure(facts: ReportFacts) -> None:
    values = result_values(replace(facts, judged=None))
    assert values == {"labels": 20, "groups": 4}
    assert "commonest" not in report_text(replace(facts, judged=None))


def test_the_same_labels_make_the_same_model(recordings: list[Recording]) -> None:
    examples = make_examples(recordings[:2], SETTINGS)
    card = blank_card("waves", examples, SETTINGS)
    one, two = (fit_model(card, examples, SETTINGS) for _ in range(2))
    assert one.method.to_text() == two.method.to_text()
    assert one.card == two.card
    assert one.card.background == "idle"


def test_three_labels_are_enough_to_learn_something() -> None:
    few = replace(waving(1), labels=waving(1).labels[:3])
    examples = make_examples([few], SETTINGS)
    model = fit_model(blank_card("few", examples, SETTINGS), examples, SETTINGS)
    probabilities = model.probabilities(examples.data.windows)
    told = np.array(model.classes)[probabilities.argmax(axis=1)]
    assert (told == examples.data.label).mean() > 0.9


def test_mirrored_people_are_learnt_where_sides_do_not_matter() -> None:
    right_only, left_only = _lifting_only("right"), _lifting_only("left")

    def told(mirror: bool) -> float:
        settings = LearningSettings(mirror=mirror, background=BackgroundSettings(ratio=2))
        examples = make_examples(_with_idle([right_only]), settings)
        model = fit_model(blank_card("lifts", examples, settings), examples, settings)
        new = make_examples(_with_idle([left_only]), settings)
        names = np.array(model.classes)[model.probabilities(new.data.windows).argmax(axis=1)]
        lifts = new.data.label == "up"
        return float((names[lifts] == "up").mean())

    assert told(mirror=True) > 0.9
    assert told(mirror=False) < 0.5


def _lifting_only(side: str) -> Recording:
    """Somebody who lifts one arm only; its labels say ``up``, not which."""
    both = waving(1, 60.0)
    labels = tuple(
        replace(label, label="up") for label in both.labels if label.label == f"{side} up"
    )
    near = np.zeros(len(both.tracks), bool)
    for label in labels:
        near |= np.abs(both.tracks.time - label.middle_s) < 2
    xy = both.tracks.xy.copy()
    xy[~near] = xy[np.flatnonzero(near)[0]]
    return replace(both, tracks=replace(both.tracks, xy=xy), labels=labels)


def _with_idle(recordings: list[Recording]) -> list[Recording]:
    nobody: list[list[Action]] = [[] for _ in recordings]
    return with_background(recordings, nobody, SETTINGS.window.window_s, SETTINGS.background)


def test_a_label_that_nobody_can_see_is_told_wrong(recordings: list[Recording]) -> None:
    blind = recordings[0]
    xy = blind.tracks.xy.copy()
    xy[blind.tracks.time < 4] = np.nan
    seen = np.where(np.isnan(xy).any(axis=2), np.nan, blind.tracks.score)
    blind = replace(blind, tracks=replace(blind.tracks, xy=xy, score=seen.astype(np.float32)))
    some = [blind, *recordings[1:]]
    examples = make_examples(some, SETTINGS)
    card = blank_card("waves", examples, SETTINGS)
    judged = judge(
        card, examples, some, {}, folds_by_group(some, 2), SETTINGS, RecognitionSettings()
    )
    assert (judged.told == NOT_SEEN).sum() >= 1
    assert NOT_SEEN in judged.labels.classes


def test_joints_that_all_recordings_have() -> None:
    assert common_joints([waving(1)]) == ACTION13
    blank = np.zeros((3, len(COCO17), 2), np.float32)
    coco = Recording("own", "a/1", "a", one_person(COCO17, blank, RATE), ())
    assert common_joints([coco, waving(1)]).keypoints == ACTION13.keypoints
    trunk = Skeleton(
        "trunk", ("right_shoulder", "left_shoulder", "right_hip", "left_hip", "nose"), (), ()
    )
    few = Recording("own", "b/1", "b", one_person(trunk, blank[:, :5], RATE), ())
    assert set(common_joints([coco, few]).keypoints) == set(trunk.keypoints)
    head = Skeleton("head", ("nose",), (), ())
    with pytest.raises(LabelError, match="without right_shoulder"):
        common_joints([Recording("own", "c/1", "c", one_person(head, blank[:, :1], RATE), ())])


def _action(start: float, end: float, label: str, person: int = 1) -> Action:
    return Action(person, start, end, math.nan, label, math.nan)


def test_moments_and_events_beside_the_truth() -> None:
    tracks = waving(1, 10.0).tracks
    truth = [_action(1, 2, "a"), _action(5, 6, "b"), _action(8, 8, "a")]
    told = [_action(1, 2, "a"), _action(5, 6, "a"), _action(3, 3.5, "b"), _action(1, 2, "a", 2)]
    doubt = [_action(3, 4, "?")]
    found = compare(tracks, truth, told, nothing="idle", tolerances_s=(0.5, 0.1), undecided=doubt)
    assert list(found.events) == [0.1, 0.5]
    total = found.found(0.5)
    assert (total.found, total.true, total.predicted) == (1, 3, 2)
    in_time = found.in_time
    assert in_time.n == len(tracks) - 31  # a second of doubt at 30 frames a second
    assert in_time.classes == ("a", "b", "idle")
    assert in_time.count[0] == 31 + 15  # the click at 8 s stands for half a second
    assert in_time.recall[1] == 0


def test_comparisons_pool() -> None:
    tracks = waving(1, 10.0).tracks
    parts = [
        compare(tracks, [_action(1, 2, name)], [], nothing="idle", tolerances_s=(0.5,))
        for name in ("a", "b")
    ]
    both = together(parts)
    assert both.found(0.5).true == 2
    assert set(both.events[0.5]) == {"a", "b"}
    assert both.in_time.n == 2 * len(tracks)
