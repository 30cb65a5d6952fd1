"""How often small people are found with `--zoom auto`, and what it costs next to the usual height.

    python -m scripts.evaluate_zoom ../shared/data/videos/tennis_rally_demo.mp4

The reference are the tracks of the people that matter most when the whole picture goes through the
network at its own height: no ground truth, but what a user had to pay for so far. Somebody counts as
found in a frame where some pose with at least six keypoints is on average nearer than 0.2 body
heights. Blocks of frames take turns through the ways that are compared; cost is processor time, all
threads together, and the ratios are medians over blocks.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np

from posetrail.config import load_config
from posetrail.estimation import load_estimation
from posetrail.looking import Looker
from tracker.anchors import person_heights
from tracker.centroid import TrackerSettings
from tracker.poses import Frame, Poses, PoseTable
from tracker.tracking import track
from tracker.tracks import Tracks
from tracker.video import open_source

NEAR, LEAST_KEYPOINTS = 0.2, 6
BLOCK = 25


class Way:
    """One way to look at a video, and what it found and cost."""

    def __init__(self, name: str, settings: dict[str, object], size: tuple[int, int]) -> None:
        self.name = name
        pose = load_config(overrides=settings).pose
        self._looker = Looker(load_estimation(pose), pose, size)
        self.rows: list[tuple[int, float, Poses]] = []
        self.costs: list[float] = []

    def see(self, frames: list[Frame]) -> None:
        """Look at the next frames."""
        began = time.process_time()
        self.rows += self._looker.look(frames)
        self.costs.append((time.process_time() - began) / len(frames))

    def table(self) -> PoseTable:
        """Give all that was found."""
        return PoseTable.collect(self.rows[0][2].skeleton, self.rows)


def blocks(video: Path, frames: int | None) -> Iterator[list[Frame]]:
    """Give the frames of a video in blocks."""
    with open_source(video) as source:
        walk = islice(source.frames(), frames)
        while block := list(islice(walk, BLOCK)):
            yield block


def found(reference: Tracks, way: Way) -> tuple[float, float]:
    """Give the share of a person's frames in which the way finds them, and the mean distance there."""
    at = {int(frame): row for row, frame in enumerate(reference.frame)}
    height = float(np.nanmedian(person_heights(reference.skeleton, reference.xy)))
    distances = []
    for frame, _, poses in way.rows:
        if frame not in at or not len(poses):
            continue
        apart = np.linalg.norm(poses.xy - reference.xy[at[frame]], axis=2)
        known = np.isfinite(apart)
        mean = np.where(known, apart, 0).sum(1) / np.maximum(known.sum(1), 1)
        distances.append(np.where(known.sum(1) >= LEAST_KEYPOINTS, mean, np.inf).min() / height)
    near = np.array(distances)[np.array(distances) < NEAR]
    return len(near) / len(at), float(near.mean()) if len(near) else np.nan


def main() -> None:
    """Compare the usual height, zoom, and the reference's height."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("video", type=Path)
    parser.add_argument("--frames", type=int, help="only the first so many frames")
    parser.add_argument("--people", type=int, default=2, help="people of the reference")
    chosen = parser.parse_args()
    with open_source(chosen.video) as source:
        size = (source.info.width, source.info.height)
    ways = [
        Way("height 368", {}, size),
        Way("height 368, zoom", {"pose.zoom": "auto"}, size),
        Way(f"height {size[1]}", {"pose.height": size[1]}, size),
    ]
    for number, block in enumerate(blocks(chosen.video, chosen.frames)):
        for way in np.roll(np.array(ways, object), number).tolist():
            way.see(block)
    people = track(ways[-1].table(), TrackerSettings(people=chosen.people))
    results = []
    for way in ways:
        ratio = float(np.median(np.array(way.costs[1:]) / np.array(ways[0].costs[1:])))
        print(f"{way.name}: cost {ratio:.2f}")
        shares = []
        for person in people.ids:
            reference = people.person(person)
            share, distance = found(reference, way)
            height = float(np.nanmedian(person_heights(reference.skeleton, reference.xy)))
            print(
                f"  person of {height:.0f} px: in {share:.3f} of frames, {distance:.3f} heights off"
            )
            shares.append((height, share))
        results.append((ratio, min(shares)[1]))
    (_, plain), (cost, zoomed), (full_cost, full) = results
    print(
        f"result smallest_found {zoomed:.4f} cost {cost:.3f} usual_found {plain:.4f} "
        f"own_height_found {full:.4f} own_height_cost {full_cost:.3f}"
    )


if __name__ == "__main__":
    main()
