"""Train models/actions/tennis-strokes from the tennis keypoint tables, and say how well it does.

    python scripts/train_tennis.py --data ../shared/data/actions [--no-folds]

The figure is from leaving out one match at a time; the model that is written has seen all of them.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import cast

import numpy as np
from action_data import matches_judged, strokes
from action_data.reporting import print_result

from classifiers.methods.lightgbm import LightGBM
from classifiers.model import ActionModel
from classifiers.recordings import Recording


def main() -> None:
    """Cross-validate over matches, then fit on everything and write the model and its card."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data/actions"))
    parser.add_argument("--output", type=Path, default=Path("models/actions/tennis-strokes"))
    parser.add_argument("--no-folds", action="store_true", help="leave the figures out of the card")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()

    recordings = strokes.read_all(options.data)
    figures: dict[str, float | int] = {}
    if not options.no_folds:
        figures = _folds(recordings)
    data = strokes.stroke_windows(recordings)
    model = strokes.stroke_model(data, recordings=recordings)
    told = {"leave_one_match_out": figures, "command": "scripts/train_tennis.py"}
    card = model.card.model_copy(update={"figures": told})
    ActionModel(card, model.method, model.features).save(options.output)
    for name, count in zip(*np.unique(data.label, return_counts=True), strict=True):
        print(f"{name}: {count} windows")
    print(f"temperature {card.temperature:.2f}, least upright {card.least_upright}")
    for name, share in list(cast(LightGBM, model.method).importance_.items())[:15]:
        print(f"  {share:.3f}  {name}")
    print_result(figures or {"windows": len(data)}, options.json)


def _folds(recordings: list[Recording]) -> dict[str, float | int]:
    matches = [each for each in recordings if each.source == "tennis_matches"]
    others = [each for each in recordings if each.source != "tennis_matches"]
    pooled, each = matches_judged.leave_one_match_out(matches, others)
    print("one match left out at a time, hand told")
    for match, found in each.items():
        print(f"{match}: accuracy {found.accuracy:.3f}, n {found.n}")
    print(pooled.table())
    return {"accuracy": pooled.accuracy, "macro_f1": pooled.macro_f1, "n": pooled.n}


if __name__ == "__main__":
    main()
