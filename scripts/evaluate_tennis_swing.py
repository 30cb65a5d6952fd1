"""Judge frame by frame on tennis_swing_prediction's videos: five classes, a label per frame.

    python scripts/evaluate_tennis_swing.py --data ../shared/data/actions/tennis_swing_lightgbm/train
        [--model models/actions/tennis-strokes.txt] [--json FILE] [--cross-validate]

With --cross-validate a model is learnt on the first four fifths of each video and judged on the last one: a
declared split in time within a recording, one player, one window purged at the cut. A frame of which
too little of the player is seen is not classified, as in use, and counts as told idle.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from action_data import strokes, tennis_swing
from action_data.reporting import print_result, print_scores, run, shipped_model, trained_on

from classifiers.actions import Action
from classifiers.evaluation import EventScores, event_scores, scores
from classifiers.events import EventSettings, find_events, smooth
from classifiers.methods.lightgbm import LightGBMSettings
from classifiers.model import ActionModel
from classifiers.recordings import Recording
from classifiers.training import TrainingSettings, learn, make_model
from classifiers.training_windows import join_windows
from features.joints import ACTION13
from features.windows import Windows, windows_at

LEARNT_SHARE = 0.8
#: Every frame is of the one player, who is at times seen in pieces: nobody comes into sight in the middle
#: of a stroke, because of whom the shipped model wants to see something of both halves of a window.
WINDOW = strokes.WINDOW.model_copy(update={"min_seen_side": 0.0})
TOLERANCE_S = 0.5
SMOOTH_S = 0.3
#: Chosen on the third and fourth fifth of each video, learning from what comes before: of each setting the
#: value with the best mean event F1 (scripts/choose_strokes.py). The last fifth, judged here, had no part in it.
EVENTS = EventSettings(
    smooth_s=SMOOTH_S, enter=0.5, leave=0.4, min_s=0.4, merge_s=0.2, separation_s=1.2
)
#: A swing is 26 frames; of one that the end of a part cuts, less than half is no event to be found.
LEAST_SWING_S = 0.4
LEARNING = TrainingSettings(
    trees=LightGBMSettings(rounds=70, leaves=12, feature_share=0.1, learning_rate=0.16, bags=3),
    inner_folds=0,
    balance=0.25,
)


@dataclass(frozen=True)
class Part:
    """Some frames of one video: their windows and labels."""

    windows: Windows
    label: np.ndarray
    truth: list[Action]

    def classified(self, model: ActionModel) -> np.ndarray:
        """Tell of which frames the model, in use, is asked: enough of the player is seen."""
        return self.windows.enough_seen(model.card.window)


def main() -> None:
    """Print the confusion of frames, the event figures and the result line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, default=shipped_model("tennis-strokes"))
    parser.add_argument("--cross-validate", action="store_true")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()

    recordings = tennis_swing.read(options.data)
    seen: dict[str, int] = {}
    if options.cross_validate:
        print("declared split in time: first 80 % learnt from, one window purged, the rest judged")
        model = learn_swings([part_of(each, 0.0, LEARNT_SHARE) for each in recordings])
        parts = [part_of(each, LEARNT_SHARE, 1.0) for each in recordings]
    else:
        model = ActionModel.load(options.model)
        seen = trained_on(model.card, recordings)
        parts = [part_of(each, 0.0, 1.0) for each in recordings]
    print_result({**_figures(model, parts), **seen}, options.json)


def part_of(recording: Recording, start: float, end: float) -> Part:
    """Cut a window around every frame of a share of a video, with its label and the swings there."""
    time = recording.tracks.time
    first, last = (time[0] + share * (time[-1] - time[0]) for share in (start, end))
    first += WINDOW.window_s if start > 0 else 0.0
    wanted = time[(time >= first) & (time <= last)]
    windows = windows_at(recording.tracks, WINDOW, np.ones(len(wanted), np.int64), wanted, ACTION13)
    ends = np.array([label.end_s for label in recording.labels])
    names = np.array([label.label for label in recording.labels])
    truth = [
        label
        for label in recording.labels
        if label.label != strokes.IDLE
        and first <= label.middle_s <= last
        and label.duration_s >= LEAST_SWING_S
    ]
    return Part(windows, names[np.searchsorted(ends, wanted - 1e-6)], truth)


def learn_swings(parts: list[Part], learning: TrainingSettings = LEARNING) -> ActionModel:
    """Learn from every second frame of some parts; what is learnt from is what the model is asked of."""
    windows = join_windows([part.windows[::2] for part in parts], ACTION13, WINDOW)
    labels = np.concatenate([part.label[::2] for part in parts])
    enough = windows.enough_seen(WINDOW)
    windows, labels = windows[enough], labels[enough]
    features = strokes.features()
    one_player = np.zeros(len(labels), "U1")
    learnt = learn(features.matrix(windows), labels, one_player, features.names, learning)
    card = strokes.card([]).model_copy(update={"window": WINDOW})
    return make_model(card, features, learnt)


def told(model: ActionModel, part: Part) -> np.ndarray:
    """Give the probabilities of the frames of which the model is asked."""
    return model.probabilities(part.windows[part.classified(model)])


def _figures(model: ActionModel, parts: list[Part]) -> dict[str, float | int]:
    every = [told(model, part) for part in parts]
    names = [_names(model, part, each) for part, each in zip(parts, every, strict=True)]
    compared = scores(np.concatenate([part.label for part in parts]), np.concatenate(names))
    print_scores(compared, model.classes)
    found = swings_found(model, parts, every, EVENTS)
    print(
        f"swings: {found.found} of {found.true} found within {TOLERANCE_S} s, "
        f"{found.predicted} predicted"
    )
    return {
        "accuracy": compared.accuracy,
        "macro_f1": compared.macro_f1,
        "event_f1": found.f1,
        "n": compared.n,
    }


def _names(model: ActionModel, part: Part, probabilities: np.ndarray) -> np.ndarray:
    """Name every frame; of whom too little is seen does nothing."""
    classified = part.classified(model)
    means = smooth(part.windows.time[classified], probabilities, SMOOTH_S)
    names = np.full(len(part.label), strokes.IDLE, part.label.dtype)
    names[classified] = np.array(model.classes)[means.argmax(axis=1)]
    return names


def swings_found(
    model: ActionModel, parts: list[Part], every: list[np.ndarray], settings: EventSettings
) -> EventScores:
    """Match the events of all parts, given each one's probabilities, to its swings."""
    each = [
        event_scores(part.truth, _events(model, part, probabilities, settings), TOLERANCE_S)
        for part, probabilities in zip(parts, every, strict=True)
    ]
    return EventScores(
        sum(one.found for one in each),
        sum(one.true for one in each),
        sum(one.predicted for one in each),
    )


def _events(
    model: ActionModel, part: Part, probabilities: np.ndarray, settings: EventSettings
) -> list[Action]:
    step = 1 / tennis_swing.RATE
    time = part.windows.time[part.classified(model)]
    events = find_events(time, probabilities, model.background, step, settings)
    return [
        Action(1, each.start_s, each.end_s, each.peak_s, model.classes[each.label], each.score)
        for each in events
    ]


if __name__ == "__main__":
    run(main)
