"""Judge the fall model on a folder of clips laid out like one of the three fall collections.

    python scripts/evaluate_falls.py --data ../shared/data/actions/falls_movenet
        [--model models/actions/falls.txt] [--json FILE] [--cross-validate]

With --cross-validate models are learnt anew from drawn people and the collections beside DIR without
DIR's own (and never from UR Fall), and Penn Action is judged too, one kind of action left out at a time.
A collection that the shipped model learns from is judged a second time by models that know its other
videos: five folds over the videos of all collections. Those figures begin with known_.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from action_data import fall_training, falls
from action_data.reporting import print_result, print_scores, run, shipped_model, trained_on
from numpy.typing import NDArray

from classifiers.evaluation import Scores, grouped_folds, refuse_leaks, scores, wilson_interval
from classifiers.model import ActionModel
from classifiers.recordings import Recording

SHIPPING = ("falls_youtube", "falls_movenet")
FOLDS = 5
SECONDS_PER_HOUR = 3600.0


def main() -> None:
    """Print sensitivity and specificity by clip with their intervals, and the result line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, default=shipped_model("falls"))
    parser.add_argument("--cross-validate", action="store_true")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()

    judged = falls.read(options.data)
    values: dict[str, float | int] = {}
    if options.cross_validate:
        learnt = _others(options.data, judged[0].source)
        refuse_leaks(learnt, judged)
        data = fall_training.fall_data(learnt)
        model = fall_training.fall_model(data, learnt)
        values = _sport_alarms(data, learnt)
        if judged[0].source in SHIPPING:
            values |= _known_collection(judged, learnt)
    else:
        model = ActionModel.load(options.model)
        values.update(trained_on(model.card, judged))
    found = fall_training.alarms(model, judged)
    print_scores(_compared(found, judged), model.classes)
    print_result({**_clip_figures(found, judged), **values}, options.json)


def _compared(found: NDArray[np.bool_], judged: list[Recording]) -> Scores:
    truth = np.array([each.labels[0].label for each in judged])
    return scores(truth, np.where(found, falls.FALL, falls.OTHER))


def _clip_figures(found: NDArray[np.bool_], judged: list[Recording]) -> dict[str, float | int]:
    compared = _compared(found, judged)
    fell = np.array([fall_training.is_fall(each) for each in judged])
    values: dict[str, float | int] = {
        "accuracy": compared.accuracy,
        "macro_f1": compared.macro_f1,
        "n": compared.n,
    }
    for name, right in (("sensitivity", found[fell]), ("specificity", ~found[~fell])):
        if len(right):
            low, high = wilson_interval(int(right.sum()), len(right))
            print(f"{name} {right.mean():.3f} ({low:.3f} to {high:.3f}), n {len(right)}")
            values[name] = float(right.mean())
    return values


def _others(folder: Path, own: str) -> list[Recording]:
    data = folder.resolve().parent
    others: list[Recording] = []
    for name in SHIPPING:
        if name != own and (beside := data / fall_training.FOLDERS[name]).is_dir():
            others += falls.read(beside)
    if (penn := data / "penn_action" / "labels").is_dir():
        others += fall_training.read_others(penn)
    return others + fall_training.drawn()


def _sport_alarms(data: fall_training.FallData, learnt: list[Recording]) -> dict[str, float | int]:
    sport = [each for each in learnt if each.source == "penn_action"]
    false_alarms, seconds = 0, 0.0
    for kind in sorted({each.labels[0].label for each in sport}):
        left_out = [each for each in sport if each.labels[0].label == kind]
        model = fall_training.fall_model(data.without(left_out), learnt)
        found = int(fall_training.alarms(model, left_out).sum())
        seconds += sum(each.labels[0].duration_s for each in left_out)
        false_alarms += found
        print(f"{kind}: {found} false alarms in {len(left_out)} clips")
    hours = seconds / SECONDS_PER_HOUR
    return {"sport_false_alarms": false_alarms, "sport_hours": round(hours, 3)}


def _known_collection(judged: list[Recording], learnt: list[Recording]) -> dict[str, float | int]:
    """Judge by models that know other videos of the same collection and kinds of sport."""
    recordings = judged + learnt
    data = fall_training.fall_data(recordings)
    real = [each for each in recordings if each.source != "drawn"]
    groups = np.array([each.group for each in real])
    found = np.zeros(len(real), bool)
    for fold in grouped_folds(groups, FOLDS):
        left_out = [real[i] for i in np.flatnonzero(fold)]
        model = fall_training.fall_model(data.without(left_out), recordings)
        found[fold] = fall_training.alarms(model, left_out)
    sport = np.array([each.source == "penn_action" for each in real])
    figures = _clip_figures(found[: len(judged)], judged)
    return {
        **{f"known_{name}": figures[name] for name in figures if name.endswith("ity")},
        "known_sport_false_alarms": int(found[sport].sum()),
    }


if __name__ == "__main__":
    run(main)
