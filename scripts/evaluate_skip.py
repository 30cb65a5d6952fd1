"""How far people carried by optical flow (`--skip`) are from where the network sees them.

    python -m scripts.evaluate_skip ../shared/data/videos/street_dance.mp4 --skip 2 3 5 --frames 300

Each video is gone through with the network at every frame, then with every `--skip`. In the frames
that were carried, everybody whom the network sees surely (mean score 0.15 and more) is compared,
keypoint by keypoint (score 0.1 and more), in body heights: the mean distance; the share of those
keypoints that are nearer than 0.05 heights, those not found counting as not near. Beside it stands
what a straight line between the two looks, without any flow, would give. Cost is processor time, all
threads together, next to the network at every frame.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping, Sequence
from itertools import islice, pairwise
from pathlib import Path

import numpy as np

from posetrail.config import load_config
from posetrail.estimation import Estimation, load_estimation
from posetrail.looking import Looker, PosedFrame
from tracker.flow import same_people
from tracker.merging import sizes_of
from tracker.poses import Poses, State
from tracker.video import open_source

SURE, SEEN, NEAR = 0.15, 0.1, 0.05


def looked(
    video: Path, frames: int | None, skip: int, estimation: Estimation
) -> tuple[list[PosedFrame], float]:
    """Go through a video; give everybody in every frame, and the processor seconds it took."""
    settings = load_config(overrides={"pose.skip": skip}).pose
    with open_source(video) as source:
        looker = Looker(estimation, settings, (source.info.width, source.info.height))
        began = time.process_time()
        rows = list(looker.look(islice(source.frames(), frames)))
    return rows, time.process_time() - began


def straight(before: PosedFrame, after: PosedFrame, time_s: float) -> Poses:
    """Give the people between two looks, each keypoint on a straight line."""
    first, last = before[2], after[2]
    old, new = same_people(first.xy, last, sizes_of(first).astype(np.float32))
    share = np.float32((time_s - before[1]) / (after[1] - before[1]))
    xy = first.xy[old] + share * (last.xy[new] - first.xy[old])
    score = np.where(np.isfinite(xy[..., 0]), np.fmin(first.score[old], last.score[new]), np.nan)
    return Poses(first.skeleton, xy, score.astype(np.float32))


def lines(rows: Sequence[PosedFrame]) -> dict[int, Poses]:
    """Give the people of every carried frame as they would be on straight lines, by frame."""
    looks = [number for number, row in enumerate(rows) if row[2].state is State.OBSERVED]
    result = {}
    for this, following in pairwise(looks):
        for number in range(this + 1, following):
            frame, time_s, _ = rows[number]
            result[frame] = straight(rows[this], rows[following], time_s)
    return result


def compared(truth: Mapping[int, Poses], found: Mapping[int, Poses]) -> tuple[float, float]:
    """Give the mean distance of keypoints, and the share of them that is near."""
    distances, wanted = [np.empty(0)], 0
    for frame, poses in found.items():
        sure = np.nan_to_num(poses_score(truth[frame])) >= SURE
        people = truth[frame][sure]
        counted = people.seen & (np.nan_to_num(people.score) >= SEEN)
        wanted += int(counted.sum())
        sizes = sizes_of(people).astype(np.float32)
        old, new = same_people(people.xy, poses, sizes)
        apart = np.linalg.norm(people.xy[old] - poses.xy[new], axis=2) / sizes[old, None]
        distances.append(apart[counted[old] & np.isfinite(apart)])
    every = np.concatenate(distances)
    if not len(every):
        return np.nan, np.nan
    return float(every.mean()), float((every < NEAR).sum() / wanted)


def poses_score(poses: Poses) -> np.ndarray:
    """Give the mean score of each person, shape (people,)."""
    return np.where(poses.seen, poses.score, 0).sum(1) / np.maximum(poses.seen.sum(1), 1)


def main() -> None:
    """Measure every video with every step."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("videos", type=Path, nargs="+")
    parser.add_argument("--skip", type=int, nargs="+", default=[3])
    parser.add_argument("--frames", type=int, help="only the first so many frames of each")
    chosen = parser.parse_args()
    estimation = load_estimation(load_config().pose)
    print("video, every: network looks / cost; flow: distance, near; straight: distance, near")
    figures = []
    for video in chosen.videos:
        rows, full_cost = looked(video, chosen.frames, 1, estimation)
        truth = {frame: poses for frame, _, poses in rows}
        for skip in chosen.skip:
            rows, cost = looked(video, chosen.frames, skip, estimation)
            flown = {frame: poses for frame, _, poses in rows if poses.state is State.FLOW}
            flow, line = compared(truth, flown), compared(truth, lines(rows))
            looks = 1 - len(flown) / len(rows)
            print(
                f"{video.stem}, {skip}: {looks:.2f} / {cost / full_cost:.2f}; "
                f"{flow[0]:.4f}, {flow[1]:.3f}; {line[0]:.4f}, {line[1]:.3f}",
                flush=True,
            )
            figures.append((looks, cost / full_cost, *flow, *line))
    names = ("looks", "cost", "flow_distance", "flow_near", "straight_distance", "straight_near")
    means = np.nanmean(np.array(figures), axis=0).tolist()
    print("result " + " ".join(f"{n} {v:.4f}" for n, v in zip(names, means, strict=True)))


if __name__ == "__main__":
    main()
