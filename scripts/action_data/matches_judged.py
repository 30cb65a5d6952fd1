"""Judging on the clips of tennis_matches: five windows of a clip averaged, each match by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from action_data import strokes
from classifiers.evaluation import Scores, refuse_leaks, scores
from classifiers.hands import choose_hands, left_lead
from classifiers.model import ActionModel
from classifiers.recognition import RecognitionSettings
from classifiers.recordings import Recording
from classifiers.training import clip_probabilities, clip_values
from classifiers.training_windows import LabelledWindows, labelled_windows
from features.facing import across, turned
from features.joints import ACTION13
from features.mirroring import mirrored
from tracker.errors import EvaluationError

FloatArray = NDArray[np.float32]


def leave_one_match_out(
    matches: Sequence[Recording],
    others: Sequence[Recording],
    *,
    hand_told: bool = True,
    from_the_front: bool = False,
) -> tuple[Scores, dict[str, Scores]]:
    """Learn from the other matches and sources, judge on the one left out; pooled, and each.

    Raises
    ------
    EvaluationError
        If there is one match only.
    """
    if len({recording.group for recording in matches}) < 2:
        raise EvaluationError("Leaving one match out needs two matches at least, found one.")
    truth, told, groups = [], [], []
    for match in sorted({recording.group for recording in matches}):
        judged = [recording for recording in matches if recording.group == match]
        learnt = [*(each for each in matches if each.group != match), *others]
        refuse_leaks(learnt, judged)
        data = strokes.stroke_windows(learnt)
        model = strokes.stroke_model(data, strokes.FOLD_TRAINING)
        true, predicted = judge(model, judged, hand_told=hand_told, from_the_front=from_the_front)
        truth.append(true)
        told.append(predicted)
        groups.append(np.full(len(true), match))
    return _pooled(np.concatenate(truth), np.concatenate(told), np.concatenate(groups))


def judge_by_match(
    model: ActionModel,
    matches: Sequence[Recording],
    *,
    hand_told: bool = True,
    from_the_front: bool = False,
) -> tuple[Scores, dict[str, Scores]]:
    """Judge one model on every match; pooled, and each."""
    truth, told, groups = [], [], []
    for match in sorted({recording.group for recording in matches}):
        judged = [recording for recording in matches if recording.group == match]
        true, predicted = judge(model, judged, hand_told=hand_told, from_the_front=from_the_front)
        truth.append(true)
        told.append(predicted)
        groups.append(np.full(len(true), match))
    return _pooled(np.concatenate(truth), np.concatenate(told), np.concatenate(groups))


def judge(
    model: ActionModel,
    recordings: Sequence[Recording],
    *,
    hand_told: bool,
    from_the_front: bool = False,
) -> tuple[NDArray[np.str_], NDArray[np.str_]]:
    """Give the true and the predicted label of each clip of one match.

    Who faces the camera, and the hand where it is not told, are found as `recognise` finds them, the
    clips of the match being one player's track. From the front is from behind
    with x flipped, left and right being the player's own.
    """
    data = labelled_windows(
        recordings, model.card.window, ACTION13, strokes.SAMPLING, mirror_left=hand_told
    )
    everybody = np.ones(len(data), np.bool_)
    if from_the_front:
        data = replace(data, windows=turned(data.windows, everybody))
    if model.card.from_behind and across(data.windows).sum() < 0:
        data = replace(data, windows=turned(data.windows, everybody))
    probabilities = model.probabilities(data.windows)
    if not hand_told:
        probabilities = _with_found_hand(model, data, probabilities)
    chosen = clip_probabilities(data, probabilities)
    four = np.unique(strokes.to_match_label(np.array(model.classes)))
    sums = np.stack(
        [
            chosen[:, strokes.to_match_label(np.array(model.classes)) == name].sum(1)
            for name in four
        ],
        axis=1,
    )
    return clip_values(data, data.label), four[sums.argmax(axis=1)]


def _with_found_hand(model: ActionModel, data: LabelledWindows, as_right: FloatArray) -> FloatArray:
    as_left = model.probabilities(mirrored(data.windows))
    one = np.ones(len(data), np.int64)
    lead = left_lead(as_right, as_left, model.background)
    hands = choose_hands(one, data.clip, lead, RecognitionSettings().left_lead)
    return as_left if hands.get(1) == "left" else as_right


def _pooled(
    truth: NDArray[np.str_], told: NDArray[np.str_], groups: NDArray[np.str_]
) -> tuple[Scores, dict[str, Scores]]:
    each = {
        str(match): scores(truth[groups == match], told[groups == match])
        for match in np.unique(groups)
    }
    return scores(truth, told), each
