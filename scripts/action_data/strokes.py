"""The tennis sources together: recordings with one set of labels, and the windows learnt from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from action_data import tennis_matches, tennis_swing, thetis
from classifiers.card import ActionCard, Source
from classifiers.methods.lightgbm import LightGBMSettings
from classifiers.model import ActionModel
from classifiers.recordings import Recording
from classifiers.training import TrainingSettings, learn, make_model
from classifiers.training_windows import (
    LabelledWindows,
    SamplingSettings,
    joined_labels,
    labelled_windows,
    roughened,
)
from features.feature_set import FeatureSet
from features.joints import ACTION13
from features.upright import neck_over_lowest
from features.windows import WindowSettings
from posetrail.config import load_config

IDLE = "idle"
CLASSES = (IDLE, "forehand", "backhand", "forehand_slice", "backhand_slice", "serve")
#: What the matches tell apart: a slice is its stroke.
FOUR = (IDLE, "forehand", "backhand", "serve")
FAMILIES = ("positions", "velocities", "angles", "distances", "statistics")
#: A stroke's swing takes 0.7 to 1 s; 0.5 s holds its middle only (docs/decisions/0060).
WINDOW = WindowSettings(window_s=0.8, min_seen_side=0.5)
SAMPLING = SamplingSettings(shift_s=0.1, step_s=0.1, most=3)
#: Where in a clip of a match the stroke is drifts: windows to learn from lie further from its middle, too.
DRIFTING = SamplingSettings(shift_s=0.2, step_s=0.1, most=5)
#: Chosen leaving out two matches at a time (scripts/choose_strokes.py, docs/decisions/0068).
TRAINING = TrainingSettings(
    trees=LightGBMSettings(rounds=50, leaves=12, feature_share=0.1, learning_rate=0.16, bags=3),
    balance=0.25,
)
#: Folds are grown to the full: what stopping early would choose from is too little to hold out again.
FOLD_TRAINING = TRAINING.model_copy(update={"inner_folds": 0})
#: Who is lower than nearly all who strike is not striking (docs/decisions/0068).
LOW_SHARE = 0.001
#: Degrees from behind the player: broadcast cameras look from behind, the far player is seen from
#: the front, club cameras stand at the side.
VIEWS = (-40.0, 0.0, 40.0, 180.0)


def features() -> FeatureSet:
    """Give the features of the tennis model."""
    return FeatureSet(ACTION13, WINDOW.samples, FAMILIES)


def read_matches(folder: Path) -> list[Recording]:
    """Read the matches with the model's names: what they call neutral is idle."""
    return [_renamed(recording, {"neutral": IDLE}) for recording in tennis_matches.read(folder)]


def read_all(data: Path) -> list[Recording]:
    """Read every tennis source below ``actions/``."""
    captures = thetis.read(data / "thetis_skeleton3d" / "skeletons.tar.xz")
    return [
        *read_matches(data / "tennis_matches"),
        *tennis_swing.read(data / "tennis_swing_lightgbm" / "train"),
        *thetis.recordings(captures, VIEWS),
    ]


def stroke_windows(
    recordings: Sequence[Recording], seed: int = 1, drifting: SamplingSettings = DRIFTING
) -> LabelledWindows:
    """Cut the windows learnt from, half-seen ones, too; what has no detector noise of its own gets some."""
    matches, clean, others = (
        [each for each in recordings if each.source in sources]
        for sources in (("tennis_matches",), ("thetis",), ("tennis_swing",))
    )
    return joined_labels(
        [
            labelled_windows(matches, WINDOW, ACTION13, drifting, half_seen=True),
            _roughened_windows(clean, seed),
            labelled_windows(others, WINDOW, ACTION13, SAMPLING, half_seen=True),
        ],
        WINDOW,
    )


def _roughened_windows(recordings: Sequence[Recording], seed: int) -> LabelledWindows:
    """Cut windows that get noise; every view of a capture is another one already: a third is kept."""
    found = labelled_windows(recordings, WINDOW, ACTION13, SAMPLING, half_seen=True)
    found = replace(found, windows=roughened(found.windows, seed))
    return found[np.random.default_rng(seed).random(len(found)) < 1 / SAMPLING.most]


def stroke_model(
    data: LabelledWindows,
    settings: TrainingSettings = TRAINING,
    recordings: Sequence[Recording] = (),
) -> ActionModel:
    """Learn the tennis model from windows; its card names the recordings that they come from."""
    known = features()
    learnt = learn(known.matrix(data.windows), data.label, data.group, known.names, settings)
    return make_model(card(recordings, least_upright(data)), known, learnt)


def least_upright(data: LabelledWindows) -> float:
    """Give the height over the lowest joint that all but one stroke's window in a thousand have."""
    struck = neck_over_lowest(data.windows[data.label != IDLE])
    return round(float(np.nanquantile(struck, LOW_SHARE)), 3)


def card(recordings: Sequence[Recording], least: float = 0.0) -> ActionCard:
    """Begin the model's card: where its data comes from, what it has seen, how events are cut."""
    counts = {
        name: len({r.name.partition("@")[0] for r in recordings if r.source == name})
        for name in ("tennis_matches", "tennis_swing", "thetis")
    }
    readers = {
        "tennis_matches": tennis_matches.source,
        "tennis_swing": tennis_swing.source,
        "thetis": thetis.source,
    }
    sources: tuple[Source, ...] = tuple(readers[name](n) for name, n in counts.items() if n)
    return ActionCard(
        name="tennis-strokes",
        classes=CLASSES,
        background=IDLE,
        handed=True,
        from_behind=True,
        least_upright=least,
        joints=ACTION13.keypoints,
        window=WINDOW,
        events=load_config("tennis").actions.events,
        families=FAMILIES,
        features=features().names,
        model_sha256="",
        sources=sources,
        trained_on=tuple(sorted({recording.digest for recording in recordings})),
    )


def to_match_label(names: np.ndarray) -> np.ndarray:
    """Turn the model's six classes into the four of the matches: a slice is its stroke."""
    return np.char.replace(np.asarray(names, np.str_), "_slice", "")


def _renamed(recording: Recording, names: dict[str, str]) -> Recording:
    labels = tuple(
        replace(label, label=names.get(label.label, label.label)) for label in recording.labels
    )
    return replace(recording, labels=labels)
