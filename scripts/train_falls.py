"""Train models/actions/falls from drawn people and keypoint tables whose terms allow it to ship.

    python scripts/train_falls.py --data ../shared/data/actions

UR Fall (CC BY-NC-SA) only measures. The figures are those of evaluate_falls.py --cross-validate.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from action_data import fall_training, falls
from action_data.reporting import print_result

SHIPPING = ("falls_youtube", "falls_movenet")


def main() -> None:
    """Fit on everything that may ship and write the model and its card."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data/actions"))
    parser.add_argument("--output", type=Path, default=Path("models/actions/falls"))
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()

    recordings = [
        recording
        for name in SHIPPING
        for recording in falls.read(options.data / fall_training.FOLDERS[name])
    ]
    recordings += fall_training.read_others(options.data / "penn_action" / "labels")
    recordings += fall_training.drawn()
    model = fall_training.fall_model(fall_training.fall_data(recordings), recordings)
    model.save(options.output)
    fell = sum(fall_training.is_fall(each) for each in recordings)
    print_result({"falls": fell, "others": len(recordings) - fell}, options.json)


if __name__ == "__main__":
    main()
