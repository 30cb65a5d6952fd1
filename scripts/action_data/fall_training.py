"""The fall sources together: candidate drops as windows, and the model of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from action_data import falls, penn
from classifiers.card import ActionCard, Source
from classifiers.falls import Candidates, FallSettings, candidate_drops, recognise_falls
from classifiers.methods.lightgbm import LightGBMSettings
from classifiers.model import ActionModel
from classifiers.recordings import Recording
from classifiers.training import Learnt, TrainingSettings, learn, make_model
from classifiers.training_windows import LabelledWindows, join_windows
from features.feature_set import FeatureSet
from features.joints import ACTION13
from features.mirroring import mirrored
from features.motion import neck_drops
from features.windows import WindowSettings, windows_at

FAMILIES = ("posture", "trajectory")
WINDOW = WindowSettings(window_s=2.0, min_seen=0.0)
#: More candidates than recognising looks at, so that the classifier knows harmless small drops too.
TRAINING_DROPS = FallSettings(min_drop=0.4)
SHIFTS_S = (-0.3, -0.15, 0.0, 0.15, 0.3)
TREES = LightGBMSettings(rounds=60, leaves=6, feature_share=0.3, min_leaf=10, learning_rate=0.05)
LEARNING = TrainingSettings(trees=TREES, balance=1.0, inner_folds=0)
FOLDERS = {
    "falls_youtube": "falls_youtube_openpose",
    "falls_movenet": "falls_movenet",
    "falls_urfd": "falls_urfd",
}


def read_others(folder: Path) -> list[Recording]:
    """Read Penn Action's clips: none holds a fall."""
    return penn.read(folder)


def fall_windows(recordings: Sequence[Recording]) -> LabelledWindows:
    """Cut windows around drops: the largest one of a fall, every one of anything else, and mirrored."""
    parts, labels, groups, sources = [], [], [], []
    for recording in recordings:
        moments = _moments(recording)
        times = (moments[:, None] + np.array(SHIFTS_S)).ravel()
        cut = windows_at(recording.tracks, WINDOW, np.ones(len(times), np.int64), times, ACTION13)
        parts += [cut, mirrored(cut)]
        labels += [_label(recording)] * 2 * len(cut)
        groups += [recording.group] * 2 * len(cut)
        sources += [recording.source] * 2 * len(cut)
    windows = join_windows(parts, ACTION13, WINDOW)
    clips = np.arange(len(windows)) // len(SHIFTS_S)
    return LabelledWindows(windows, np.array(labels), np.array(groups), np.array(sources), clips)


def learn_falls(data: LabelledWindows) -> Learnt:
    """Learn the fall model from windows."""
    features = feature_set()
    return learn(features.matrix(data.windows), data.label, data.group, features.names, LEARNING)


def feature_set() -> FeatureSet:
    """Give the features of the fall model."""
    return FeatureSet(ACTION13, WINDOW.samples, FAMILIES)


def fall_model(recordings: Sequence[Recording]) -> ActionModel:
    """Learn a model of some recordings and put its card to it."""
    return make_model(_card(recordings), feature_set(), learn_falls(fall_windows(recordings)))


def alarms(model: ActionModel, recordings: Sequence[Recording]) -> np.ndarray:
    """Say for each clip whether a fall is found in it, shape (clips,)."""
    return np.array([bool(recognise_falls(each.tracks, model)) for each in recordings])


def _card(recordings: Sequence[Recording]) -> ActionCard:
    counts = {name: sum(r.source == name for r in recordings) for name in (*FOLDERS, "penn_action")}
    sources: list[Source] = []
    for name, count in counts.items():
        if count:
            known = penn.source(count) if name == "penn_action" else falls.source(name, count)
            sources.append(known)
    return ActionCard(
        name="falls",
        kind="falls",
        classes=(falls.FALL, falls.OTHER),
        background=falls.OTHER,
        joints=ACTION13.keypoints,
        window=WINDOW,
        families=FAMILIES,
        features=feature_set().names,
        model_sha256="",
        sources=tuple(sources),
        trained_on=tuple(sorted({recording.digest for recording in recordings})),
    )


def _moments(recording: Recording) -> np.ndarray:
    found: Candidates = candidate_drops(recording.tracks, TRAINING_DROPS)
    if _label(recording) == falls.OTHER or not len(found):
        return found.time
    _, time, drop = neck_drops(recording.tracks)
    return found.time[[int(np.interp(found.time, time, drop).argmax())]]


def _label(recording: Recording) -> str:
    return falls.FALL if recording.labels[0].label == falls.FALL else falls.OTHER
