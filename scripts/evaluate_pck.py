"""PCK of pose networks on Leeds Sports Pose Extended: people in sport, one to a picture.

python -m scripts.evaluate_pck --data ../shared/data/pose/lspet --every 40 \
    --pose-model movenet_maps accurate mobilenet_thin --models-dir ../shared/data/models

A labelled joint counts as found if the network's lies within a fifth of the torso (right shoulder to
left hip). The person judged is the one that agrees best: neighbours are not labelled.
Some labels are wrong or swap left and right: figures compare networks, they do not measure one.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from posetrail.config import PoseSettings
from posetrail.estimation import load_estimation
from tracker.errors import EvaluationError, PosetrailError
from tracker.poses import Poses
from tracker.skeleton import Skeleton

#: Joints of LSPET and ours.
JOINTS = {
    f"{short}{joint}": f"{side}_{joint.lower()}"
    for short, side in (("R", "right"), ("L", "left"))
    for joint in ("Ankle", "Knee", "Hip", "Wrist", "Elbow", "Shoulder")
}
#: Joints of both sides are reported together.
GROUPS = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")


def main() -> None:
    """Read the command line and print a line for each network."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="has images/ and joints.csv")
    parser.add_argument("--pose-model", nargs="+", required=True)
    parser.add_argument("--models-dir", type=Path)
    parser.add_argument("--height", type=int, default=368)
    parser.add_argument("--every", type=int, default=1, help="judge every so many pictures")
    parser.add_argument("--within", type=float, default=0.2, help="share of the torso")
    options = parser.parse_args()
    rows = pd.read_csv(options.data / "joints.csv").iloc[:: options.every]
    for name in options.pose_model:
        settings = PoseSettings(model=name, height=options.height)
        estimator = load_estimation(settings, models_dir=options.models_dir).estimator
        hits = []
        for _, row in rows.iterrows():
            image = cv2.imread(str(options.data / "images" / row["file"]))
            if image is None:
                raise EvaluationError(f"Cannot read {row['file']} in {options.data / 'images'}.")
            hits.append(found(estimator.estimate(image), labels(row), options.within))
        print(f"{name:16s} pictures {len(rows)} {words(np.stack(hits))}")


def labels(row: pd.Series) -> NDArray[np.float64]:
    """Give the labelled joints of one picture in the order of `JOINTS`, NaN where not visible."""
    xy = np.array([(row[f"{joint}_x"], row[f"{joint}_y"]) for joint in JOINTS], float)
    seen = np.array([row[f"{joint}_v"] > 0 for joint in JOINTS])
    return np.where(seen[:, None], xy, np.nan)


def found(poses: Poses, truth: NDArray[np.float64], within: float) -> NDArray[np.float64]:
    """Say of each joint whether it was found, 1 or 0, NaN where not labelled, shape (joints,)."""
    names = list(JOINTS.values())
    torso = np.linalg.norm(truth[names.index("right_shoulder")] - truth[names.index("left_hip")])
    known = ~np.isnan(truth).any(1)
    if not np.isfinite(torso) or torso < 1:
        return np.full(len(names), np.nan)
    best = np.zeros(len(names))
    for xy in poses.xy[:, indices(poses.skeleton)].astype(np.float64):
        near = np.linalg.norm(xy - truth, axis=1) < within * torso
        if near.sum() > best.sum():
            best = near.astype(float)
    return np.where(known, best, np.nan)


def indices(skeleton: Skeleton) -> list[int]:
    """Give the places of the joints in a skeleton."""
    return [skeleton.index(name) for name in JOINTS.values()]


def words(hits: NDArray[np.float64]) -> str:
    """Write the share found, of all joints and of each group."""
    names = list(JOINTS.values())
    parts = [f"PCK {np.nanmean(hits):.3f}"]
    for group in GROUPS:
        chosen = [k for k, name in enumerate(names) if name.endswith(group)]
        parts.append(f"{group} {np.nanmean(hits[:, chosen]):.3f}")
    return " ".join(parts)


if __name__ == "__main__":
    try:
        main()
    except PosetrailError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
