"""Judge strokes on THETIS's Kinect skeletons, seen as 2D from behind the player.

    python scripts/evaluate_thetis.py --data ../shared/data/actions/thetis_skeleton3d/skeletons.tar.xz
        [--model models/actions/tennis-strokes.txt] [--json FILE] [--cross-validate]
        [--onto ../shared/data/actions/tennis_matches]

One window of 29 frames around each of the one to three highest peaks of arm speed, as many idle ones of
the lowest. With --cross-validate models are learnt anew over ten folds that share no person; with --onto
a model learnt on THETIS alone tells the strokes of tennis_matches.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from action_data import strokes, thetis
from action_data.reporting import print_result, print_scores, run, shipped_model, trained_on

from classifiers.evaluation import Scores, grouped_folds, scores
from classifiers.methods.lightgbm import LightGBMSettings
from classifiers.model import ActionModel
from classifiers.recordings import Recording
from classifiers.training import (
    TrainingSettings,
    clip_probabilities,
    clip_values,
    learn,
)
from classifiers.training_windows import SamplingSettings, labelled_windows, roughened
from features.feature_set import FeatureSet
from features.joints import ACTION13
from features.windows import WindowSettings

#: 29 frames at 18 a second, every second one of them a sample.
LONG = WindowSettings(window_s=30 / thetis.RATE)
ONE = SamplingSettings(shift_s=0.0)
SHIFTED = SamplingSettings(shift_s=0.15, step_s=0.15)
FOLDS = 10
TREES = LightGBMSettings(rounds=60, leaves=12, feature_share=0.1, learning_rate=0.16)
LEARNING = TrainingSettings(trees=TREES, inner_folds=0)
VIEWS = (-20.0, 0.0, 20.0)


def main() -> None:
    """Print the confusion matrix and the result line of what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, default=shipped_model("tennis-strokes"))
    parser.add_argument("--cross-validate", action="store_true")
    parser.add_argument("--onto", type=Path)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()

    captures = thetis.read(options.data)
    front = thetis.recordings(captures, (0.0,))
    seen: dict[str, int] = {}
    if options.onto is not None:
        found = _onto_matches(captures, strokes.read_matches(options.onto))
    elif options.cross_validate:
        found = _folds(captures, front)
    else:
        model = ActionModel.load(options.model)
        seen = trained_on(model.card, front)
        found = _judge(model, front)
    known = strokes.CLASSES if options.onto is None else strokes.FOUR
    print_scores(found, known)
    values = {"accuracy": found.accuracy, "macro_f1": found.macro_f1, "n": found.n, **seen}
    print_result(values, options.json)


def _judge(model: ActionModel, recordings: list[Recording]) -> Scores:
    data = labelled_windows(recordings, model.card.window, ACTION13, SHIFTED)
    chosen = clip_probabilities(data, model.probabilities(data.windows)).argmax(axis=1)
    return scores(clip_values(data, data.label), np.array(model.classes)[chosen])


def _folds(captures: list[thetis.Capture], front: list[Recording]) -> Scores:
    features = FeatureSet(ACTION13, LONG.samples, strokes.FAMILIES)
    several = labelled_windows(thetis.recordings(captures, VIEWS), LONG, ACTION13, SHIFTED)
    single = labelled_windows(front, LONG, ACTION13, ONE)
    learnt_from = features.matrix(several.windows)
    judged_on = features.matrix(single.windows)
    told = np.empty(len(single), several.label.dtype)
    for fold in grouped_folds(single.group, FOLDS):
        kept = ~np.isin(several.group, single.group[fold])
        learnt = learn(
            learnt_from[kept], several.label[kept], several.group[kept], features.names, LEARNING
        )
        probabilities = learnt.method.predict_proba(judged_on[fold], features.names)
        told[fold] = np.array(learnt.method.classes_)[probabilities.argmax(axis=1)]
    return scores(single.label, told)


def _onto_matches(captures: list[thetis.Capture], matches: list[Recording]) -> Scores:
    features = FeatureSet(ACTION13, LONG.samples, strokes.FAMILIES)
    data = labelled_windows(
        thetis.recordings(captures, strokes.VIEWS[:3]), strokes.WINDOW, ACTION13, SHIFTED
    )
    data = data[data.label != strokes.IDLE]
    matrix = features.matrix(roughened(data.windows, 1))
    learnt = learn(matrix, data.label, data.group, features.names, LEARNING)
    struck = labelled_windows(matches, strokes.WINDOW, ACTION13, strokes.SAMPLING)
    struck = struck[struck.label != strokes.IDLE]
    probabilities = learnt.method.predict_proba(features.matrix(struck.windows), features.names)
    of_stroke = strokes.to_match_label(np.array(learnt.method.classes_))
    three = np.unique(of_stroke)
    sums = np.stack([probabilities[:, of_stroke == name].sum(axis=1) for name in three], axis=1)
    chosen = clip_probabilities(struck, sums).argmax(axis=1)
    return scores(clip_values(struck, struck.label), three[chosen])


if __name__ == "__main__":
    run(main)
