"""How the settings of the tennis model and of its events were chosen: never on what is then judged.

    python scripts/choose_strokes.py --data ../shared/data/actions [--what trees|events] [--json FILE]

trees: two matches are left out at a time and both judged, for every pair. What is best for a match
is read from the pairs that leave it out, from the other match of each; the last line is what the
choices give on the matches themselves. events: the third and fourth fifth of each video of
tennis_swing, learnt from what comes before each; the last fifth has no part.
"""

from __future__ import annotations

import argparse
from itertools import combinations, product
from pathlib import Path

import numpy as np
from action_data import matches_judged, strokes, tennis_swing
from action_data.reporting import print_result, run
from evaluate_tennis_swing import LEARNING, SMOOTH_S, learn_swings, part_of, swings_found, told

from classifiers.evaluation import scores
from classifiers.events import EventSettings
from classifiers.recordings import Recording
from classifiers.training import TrainingSettings
from classifiers.training_windows import SamplingSettings

TREES = strokes.FOLD_TRAINING.trees
Choice = tuple[SamplingSettings, TrainingSettings]


def _choice(sampling: SamplingSettings, balance: float, **trees: float) -> Choice:
    grown = TREES.model_copy(update=trees)
    return sampling, strokes.FOLD_TRAINING.model_copy(update={"trees": grown, "balance": balance})


CHOICES: dict[str, Choice] = {
    "as before: three windows, 70 rounds, balance 0.5": _choice(strokes.SAMPLING, 0.5, rounds=70),
    "five windows, 140 rounds of 0.08, balance 0.5": _choice(
        strokes.DRIFTING, 0.5, rounds=140, learning_rate=0.08
    ),
    "five windows, balance 0": _choice(strokes.DRIFTING, 0.0),
    "five windows, balance 0.25": _choice(strokes.DRIFTING, 0.25),
    "five windows, balance 0.25, 70 rounds": _choice(strokes.DRIFTING, 0.25, rounds=70),
}


def main() -> None:
    """Print a table of what was tried."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--what", choices=("trees", "events"), default="trees")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    if options.what == "trees":
        print_result(_trees(strokes.read_all(options.data)), options.json)
    else:
        folder = options.data / "tennis_swing_lightgbm" / "train"
        print_result(_events(tennis_swing.read(folder)), options.json)


def _trees(recordings: list[Recording]) -> dict[str, float | int]:
    names = sorted({each.group for each in recordings if each.source == "tennis_matches"})
    right: dict[tuple[str, str, str], list[bool]] = {}
    for choice, pair in product(CHOICES, combinations(names, 2)):
        told = _judged(recordings, pair, CHOICES[choice])
        for judged, other in (pair, pair[::-1]):
            right[choice, other, judged] = list(told[judged][0] == told[judged][1])
    truth, predicted = [], []
    for match in names:
        means = {
            choice: float(
                np.mean(np.concatenate([right[choice, match, n] for n in names if n != match]))
            )
            for choice in CHOICES
        }
        best = max(means, key=lambda choice: means[choice])
        for choice, mean in means.items():
            print(f"{match} left out, {choice}: {mean:.4f}{' *' if choice == best else ''}")
        true, told_of = _judged(recordings, (match,), CHOICES[best])[match]
        truth.append(true)
        predicted.append(told_of)
    found = scores(np.concatenate(truth), np.concatenate(predicted))
    return {"accuracy": found.accuracy, "macro_f1": found.macro_f1, "n": found.n}


def _judged(
    recordings: list[Recording], matches: tuple[str, ...], choice: Choice
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Learn without some matches; give the truth and what is told of each."""
    sampling, settings = choice
    learnt_from = [each for each in recordings if each.group not in matches]
    data = strokes.stroke_windows(learnt_from, drifting=sampling)
    model = strokes.stroke_model(data, settings)
    return {
        match: matches_judged.judge(
            model, [each for each in recordings if each.group == match], hand_told=True
        )
        for match in matches
    }


def _events(recordings: list[Recording]) -> dict[str, float | int]:
    grid = {
        "balance": (0.0, 0.25, 0.5),
        "smooth_s": (0.2, SMOOTH_S, 0.4, 0.5),
        "enter": (0.3, 0.4, 0.5, 0.6),
        "leave": (0.6, 0.8),
        "min_s": (0.2, 0.4),
        "separation_s": (0.0, 1.2),
    }
    tried = []
    for balance in grid["balance"]:
        learning = LEARNING.model_copy(update={"balance": balance})
        judged = []
        for start in (0.4, 0.6):
            model = learn_swings([part_of(each, 0.0, start) for each in recordings], learning)
            parts = [part_of(each, start, start + 0.2) for each in recordings]
            judged.append((model, parts, [told(model, part) for part in parts]))
        for smooth_s, enter, leave, min_s, apart in product(*list(grid.values())[1:]):
            settings = EventSettings(
                smooth_s=smooth_s,
                enter=enter,
                leave=enter * leave,
                min_s=min_s,
                merge_s=0.2,
                separation_s=apart,
            )
            each = [swings_found(*one, settings) for one in judged]
            found = sum(one.found for one in each)
            total = sum(one.true + one.predicted for one in each)
            tried.append((balance, smooth_s, enter, leave, min_s, apart, 2 * found / total))
    table = np.array(tried)
    for column, (name, values) in enumerate(grid.items()):
        means = [table[table[:, column] == value, -1].mean() for value in values]
        shown = ", ".join(f"{v:g}: {m:.4f}" for v, m in zip(values, means, strict=True))
        print(f"{name}{' (share of enter)' if name == 'leave' else ''}: {shown}")
    return {"best_event_f1": float(table[:, -1].max()), "tried": len(table)}


if __name__ == "__main__":
    run(main)
