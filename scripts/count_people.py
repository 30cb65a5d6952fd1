"""How many people networks find in a video, and how often somebody in a region of the picture.

python -m scripts.count_people ../shared/data/videos/tennis_rally_demo.mp4 --every 25 \
    --pose-model movenet_maps accurate mobilenet_thin --region far 0.2 0.15 0.8 0.45

Nobody has labelled these videos: a figure compares networks, and pictures must be looked at
(`posetrail run --video-out`).
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from posetrail.config import PoseSettings
from posetrail.estimation import load_estimation
from tracker.errors import PosetrailError
from tracker.poses import Poses
from tracker.video import open_source

#: People with fewer keypoints are not counted.
LEAST_KEYPOINTS = 8


def main() -> None:
    """Read the command line, look at the video once for each network, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("video", type=Path)
    parser.add_argument("--pose-model", nargs="+", required=True)
    parser.add_argument("--models-dir", type=Path)
    parser.add_argument("--every", type=int, default=25, help="look at every so many frames")
    parser.add_argument("--height", type=int, default=368)
    parser.add_argument(
        "--region",
        nargs=5,
        action="append",
        default=[],
        metavar=("NAME", "LEFT", "TOP", "RIGHT", "BOTTOM"),
        help="as shares of the picture; somebody is in it if the middle of the keypoints is",
    )
    options = parser.parse_args()
    for name in options.pose_model:
        settings = PoseSettings(model=name, height=options.height)
        estimator = load_estimation(settings, models_dir=options.models_dir).estimator
        counts: list[int] = []
        inside: list[list[bool]] = []
        with open_source(options.video, every=options.every) as source:
            for frame in source:
                middles = people_seen(estimator.estimate(frame.image), frame.image.shape[:2])
                counts.append(len(middles))
                inside.append([found_in(middles, region[1:]) for region in options.region])
        shares = np.mean(inside, axis=0) if options.region else []
        words = [f"{r[0]} {share:.3f}" for r, share in zip(options.region, shares, strict=True)]
        print(f"{name:16s} frames {len(counts)} people {np.mean(counts):.2f}", *words)


def people_seen(poses: Poses, shape: tuple[int, int]) -> NDArray[np.float64]:
    """Give the middle of everybody with enough keypoints, as shares of width and height."""
    enough = poses.xy[poses.seen.sum(1) >= LEAST_KEYPOINTS].astype(np.float64)
    if not len(enough):
        return np.zeros((0, 2))
    middles: NDArray[np.float64] = np.nanmean(enough, axis=1) / np.array(shape[::-1])
    return middles


def found_in(middles: NDArray[np.float64], region: list[str]) -> bool:
    """Say whether somebody's middle lies in a region."""
    left, top, right, bottom = (float(each) for each in region)
    return bool(((middles >= (left, top)) & (middles <= (right, bottom))).all(1).any())


if __name__ == "__main__":
    try:
        main()
    except PosetrailError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
