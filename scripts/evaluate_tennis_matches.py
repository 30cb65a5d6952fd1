"""Judge the tennis model on a folder of matches, one folder of clips each.

    python scripts/evaluate_tennis_matches.py --data ../shared/data/actions/tennis_matches
        [--model models/actions/tennis-strokes.txt] [--hand found|told] [--json FILE]
        [--cross-validate] [--from-the-front]

A slice counts as its stroke, idle as neutral. The player's hand is found, or told where it is known.
With --cross-validate models are learnt anew, each without the match that it is judged on; THETIS and
tennis_swing are then read from beside DIR where they are. With --from-the-front the players, who are seen from
behind, are judged as a far camera at the other end would see them: x flipped, left and right kept.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from action_data import matches_judged, strokes
from action_data.reporting import print_result, print_scores, run, shipped_model, trained_on

from classifiers.model import ActionModel
from classifiers.recordings import Recording


def main() -> None:
    """Print each match's accuracy, the confusion matrix and the result line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, default=shipped_model("tennis-strokes"))
    parser.add_argument("--hand", choices=("told", "found"), default="found")
    parser.add_argument("--cross-validate", action="store_true")
    parser.add_argument("--from-the-front", action="store_true")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()

    matches = strokes.read_matches(options.data)
    seen_by = {"hand_told": options.hand == "told", "from_the_front": options.from_the_front}
    seen: dict[str, int] = {}
    if options.cross_validate:
        others = _others(options.data.resolve().parent)
        pooled, each = matches_judged.leave_one_match_out(matches, others, **seen_by)
    else:
        model = ActionModel.load(options.model)
        seen = trained_on(model.card, matches)
        pooled, each = matches_judged.judge_by_match(model, matches, **seen_by)
    for match, found in each.items():
        print(f"{match}: accuracy {found.accuracy:.3f}, macro-F1 {found.macro_f1:.3f}, n {found.n}")
    print_scores(pooled, strokes.FOUR)
    if pooled.n < len(matches):
        print(f"left out, too little of the player seen: {len(matches) - pooled.n} clips")
    values = {"accuracy": pooled.accuracy, "macro_f1": pooled.macro_f1, "n": pooled.n, **seen}
    print_result(values, options.json)


def _others(data: Path) -> list[Recording]:
    wanted = (data / "thetis_skeleton3d", data / "tennis_swing_lightgbm")
    if not all(folder.is_dir() for folder in wanted):
        return []
    return [each for each in strokes.read_all(data) if each.source != "tennis_matches"]


if __name__ == "__main__":
    run(main)
