"""Average precision of a pose network against input height and precision, as a picture.

python -m scripts.plot_pose_heights --data ../shared/data/pose/coco_dev docs/pose-heights.svg

Every figure is one run of scripts/evaluate_pose.py; all of them take about a quarter of an hour.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HEIGHTS = (192, 224, 256, 304, 368)
PRECISIONS = ("float32", "bfloat16", "int8")
SHOWN = {"AP": "all", "APM": "medium people", "APL": "large people"}
#: Of each precision: by size, then by height.
Curves = Mapping[str, Mapping[str, Sequence[float]]]


def main() -> None:
    """Evaluate, draw and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("picture", type=Path, help="an .svg")
    parser.add_argument("--data", type=Path, required=True, help="has images/, annotations.json")
    parser.add_argument("--pose-model", default="default", help="name or path of a network")
    parser.add_argument("--heights", type=int, nargs="+", default=HEIGHTS)
    parser.add_argument("--precisions", nargs="+", default=PRECISIONS)
    given, others = parser.parse_known_args()
    curves = {}
    for precision in given.precisions:
        options = ["--data", str(given.data), "--pose-model", given.pose_model, *others]
        curves[precision] = curve(given.heights, [*options, "--precision", precision])
        for height, *found in zip(given.heights, *curves[precision].values(), strict=True):
            print(precision, height, *(f"{value:.4f}" for value in found), flush=True)
    draw(given.picture, given.heights, curves, given.pose_model)


def curve(heights: Sequence[int], options: list[str]) -> dict[str, list[float]]:
    """Evaluate one precision at all heights: the measures of `SHOWN`, each by height."""
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "result.json"
        command = [sys.executable, "-m", "scripts.evaluate_pose", *options, "--json", str(result)]
        # Its progress and its table are not what this command prints.
        subprocess.run(
            [*command, "--height", *map(str, heights)],
            cwd=ROOT,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        rows = json.loads(result.read_text())["rows"]
    return {name: [rows[f"height {height}"][name] for height in heights] for name in SHOWN}


def draw(picture: Path, heights: Sequence[int], curves: Curves, network: str) -> None:
    """Draw the curves of each size of people side by side, a line for each precision."""
    import matplotlib

    matplotlib.use("svg")
    # The same figures, the same file; words stay words.
    matplotlib.rcParams.update({"svg.hashsalt": "posetrail", "svg.fonttype": "none"})
    from matplotlib import pyplot

    figure, sides = pyplot.subplots(1, len(SHOWN), figsize=(9, 3), sharey=True, squeeze=False)
    for axes, (name, people) in zip(sides[0], SHOWN.items(), strict=True):
        for precision, found in curves.items():
            axes.plot(heights, found[name], marker="o", markersize=3, label=precision)
        axes.set(title=people, xlabel="input height [px]", xticks=list(heights))
        axes.tick_params(axis="x", labelsize=7)
        axes.grid(alpha=0.3)
    sides[0][0].set_ylabel("average precision")
    sides[0][0].legend(title=network)
    figure.tight_layout()
    figure.savefig(picture, metadata={"Date": None})
    pyplot.close(figure)


if __name__ == "__main__":
    main()
