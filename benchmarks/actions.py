"""Ways to tell actions side by side on the same windows: ours, simpler ones, and the peer's window.

    PYTHONPATH=scripts python -m benchmarks.actions --data ../shared/data/actions/tennis_matches

One match left out at a time, forehand, backhand, neutral and serve pooled over folds, the hand told.
Methods: the commonest class; nearest neighbours, logistic regression and a random forest of
scikit-learn; LightGBM on one window of a clip's 30 frames (the centre-window baseline); LightGBM on
windows shifted around the middle, several averaged (ours, without the other tennis sources).
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from action_data import strokes
from action_data.reporting import print_result
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from classifiers.evaluation import Scores, refuse_leaks, scores
from classifiers.recordings import Recording
from classifiers.training import clip_probabilities, clip_values, learn
from classifiers.training_windows import SamplingSettings, labelled_windows
from features.feature_set import FeatureSet
from features.joints import ACTION13
from features.windows import WindowSettings

Names = NDArray[np.str_]
Matrix = NDArray[np.float32]
Tell = Callable[[Matrix, Names, Names, Matrix], tuple[Matrix, Names]]

CENTRE = SamplingSettings(shift_s=0.0)
PEER_WINDOW = WindowSettings(window_s=1.0)
SEED = 1


@dataclass(frozen=True)
class Contestant:
    """A way to tell clips: how windows are cut, and what learns them."""

    name: str
    window: WindowSettings
    sampling: SamplingSettings
    tell: Tell


def main() -> None:
    """Print a line for each way and the result line of ours."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    matches = strokes.read_matches(options.data)
    values: dict[str, float | int] = {}
    for contestant in contestants():
        found = leave_one_match_out(contestant, matches)
        print(
            f"{contestant.name:42} accuracy {found.accuracy:.3f}  macro-F1 {found.macro_f1:.3f}",
            flush=True,
        )
        key = contestant.name.partition(",")[0].replace(" ", "_").lower()
        values |= {f"{key}_accuracy": found.accuracy, f"{key}_macro_f1": found.macro_f1}
        n = found.n
    print_result({**values, "n": n}, options.json)


def contestants() -> list[Contestant]:
    """List the ways, the simplest first."""
    forest = RandomForestClassifier(
        300, min_samples_leaf=2, class_weight="balanced_subsample", random_state=SEED, n_jobs=1
    )
    logistic = LogisticRegression(C=0.01, max_iter=300, class_weight="balanced")
    shifted = (strokes.WINDOW, strokes.SAMPLING)
    return [
        Contestant("Majority, the commonest class", PEER_WINDOW, CENTRE, _majority),
        Contestant("Centre, LightGBM on the centre window", PEER_WINDOW, CENTRE, _trees),
        Contestant("Neighbours, 10 nearest", *shifted, _scikit(KNeighborsClassifier(10))),
        Contestant("Logistic, regression", *shifted, _scikit(logistic)),
        Contestant("Forest, 300 random trees", *shifted, _scikit(forest)),
        Contestant("Ours, LightGBM on shifted windows", *shifted, _trees),
    ]


def leave_one_match_out(contestant: Contestant, matches: Sequence[Recording]) -> Scores:
    """Judge a way on each match by what it learns from the others, pooled."""
    data = labelled_windows(matches, contestant.window, ACTION13, contestant.sampling)
    matrix = FeatureSet(ACTION13, contestant.window.samples, strokes.FAMILIES).matrix(data.windows)
    truth, told = [], []
    for match in np.unique(data.group):
        judged = data.group == match
        refuse_leaks(
            [each for each in matches if each.group != match],
            [each for each in matches if each.group == match],
        )
        probabilities, classes = contestant.tell(
            matrix[~judged], data.label[~judged], data.group[~judged], matrix[judged]
        )
        part = data[judged]
        chosen = clip_probabilities(part, probabilities).argmax(axis=1)
        truth.append(clip_values(part, part.label))
        told.append(classes[chosen])
    return scores(np.concatenate(truth), np.concatenate(told))


def _majority(matrix: Matrix, labels: Names, groups: Names, asked: Matrix) -> tuple[Matrix, Names]:
    del matrix, groups
    names, counts = np.unique(labels, return_counts=True)
    return np.tile((counts == counts.max()).astype(np.float32), (len(asked), 1)), names


def _trees(matrix: Matrix, labels: Names, groups: Names, asked: Matrix) -> tuple[Matrix, Names]:
    names = FeatureSet(ACTION13, strokes.WINDOW.samples, strokes.FAMILIES).names
    learnt = learn(matrix, labels, groups, names, strokes.FOLD_TRAINING)
    return learnt.method.predict_proba(asked, names), np.array(learnt.method.classes_)


def _scikit(method: Any) -> Tell:
    """Wrap a method that cannot see what is missing: the median stands in, and features are scaled."""

    def tell(matrix: Matrix, labels: Names, groups: Names, asked: Matrix) -> tuple[Matrix, Names]:
        del groups
        line = make_pipeline(
            SimpleImputer(strategy="median", keep_empty_features=True), StandardScaler(), method
        )
        line.fit(matrix, labels)
        return line.predict_proba(asked).astype(np.float32), line.classes_

    return tell


if __name__ == "__main__":
    main()
