"""Trackers side by side on the same detections: how well and how fast; ours, SORT and norfair.

    python -m benchmarks.tracking --data ../shared/data/mot15

Quality: HOTA, MOTA, IDF1 and ID switches over all sequences. Speed: frames per second of one core's
time with 10 and with 100 people (necks of drawn walks), the median of several rounds.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from benchmarks.sort import sort_live
from posetrail.bench.statistics import alternate
from posetrail.track_measures import measure_tracks
from tracker.anchors import standing_offsets
from tracker.boxes import bounding_boxes, box_keypoints
from tracker.centroid import CentroidTracker, TrackerSettings
from tracker.formats import motchallenge
from tracker.poses import Poses, PoseTable
from tracker.skeleton import COCO18
from tracker.tracking import track, tracks_from_ids
from tracker.tracks import Tracks

ROUNDS = 5
CROWDS = ((10, 300), (100, 60), (200, 30))


def main() -> None:
    """Print one line per tracker and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="folder of MOTChallenge sequences")
    parser.add_argument("--detections", default="det_sort_frcnn.txt", help="file in each sequence")
    options = parser.parse_args()
    if options.data is not None:
        print_quality(options.data, options.detections)
    for people, frames in CROWDS:
        rates = {name: statistics.median(rates) for name, rates in speeds(people, frames).items()}
        words = (f"{name} {rate:.0f} frames/s" for name, rate in rates.items())
        print(f"{people} people:", ", ".join(words))


def print_quality(data: Path, detections: str) -> None:
    """Measure every tracker on all sequences."""
    files = sorted(data.glob(f"*/{detections}"))
    tables = {file.parent.name: motchallenge.read(file).table for file in files}
    trackers: dict[str, Callable[[PoseTable], Tracks]] = {
        "posetrail online": lambda table: track(table, TrackerSettings(online=True)),
        "posetrail offline": track,
        "SORT": sort_tracks,
    }
    if find_spec("norfair"):
        trackers["norfair"] = norfair_tracks
    for name, follow in trackers.items():
        tracks = {sequence: follow(table) for sequence, table in tables.items()}
        figures = measure_tracks(tracks, data)[1].named()
        print(f"{name:34}", " ".join(f"{key} {value:.2f}" for key, value in figures.items()))


def crowd(people: int, frames: int) -> PoseTable:
    """People walking in all directions, as densely as ten in a picture of 2000 pixels."""
    rng = np.random.default_rng(0)
    height = rng.uniform(80, 200, people)
    start = rng.uniform(0, 2000 * np.sqrt(people / 10), (people, 2))
    speed_px = rng.normal(0, 50, (people, 2))
    rows = []
    for i in range(frames):
        body = standing_offsets(COCO18) + rng.normal(0, 0.02, (people, len(COCO18), 2))
        xy = (start + speed_px * i / 30)[:, None] + height[:, None, None] * body
        score = np.full((people, len(COCO18)), 0.8, np.float32)
        rows.append((i, i / 30, Poses(COCO18, xy.astype(np.float32), score)))
    return PoseTable.collect(COCO18, rows)


def speeds(
    people: int, frames: int, rounds: int = ROUNDS, only: str | None = None
) -> dict[str, list[float]]:
    """Frames per second of processor time of every live tracker (or only one), by round, in turn."""
    table = crowd(people, frames)

    def rate(live: Callable[[PoseTable], object]) -> float:
        start = time.process_time()
        live(table)
        return len(table) / (time.process_time() - start)

    chosen = LIVE if only is None else {only: LIVE[only]}
    return alternate({name: partial(rate, live) for name, live in chosen.items()}, rounds)


def ours_live(table: PoseTable) -> None:
    """Run our live tracker."""
    tracker = CentroidTracker(table.skeleton)
    for _, seconds, poses in table:
        tracker.update(seconds, poses)


def sort_tracks(table: PoseTable) -> Tracks:
    """Give what SORT shows: its filtered boxes."""
    ids, xy = np.zeros(len(table.xy), np.int64), table.xy.copy()
    first = 0
    for poses, shown in zip(table, sort_live(table), strict=True):
        for person, number, box in shown:
            ids[first + person] = number
            xy[first + person] = box_keypoints(box[None])[0]
        first += len(poses[2])
    return tracks_from_ids(replace(table, xy=xy), ids)


def norfair_live(table: PoseTable) -> list[list[tuple[int, int]]]:
    """Run norfair with its recommended distance for boxes; give (person, ID) of every frame."""
    return list(_norfair(table))


def norfair_tracks(table: PoseTable) -> Tracks:
    """Give norfair's IDs to the detections it matched."""
    ids = np.zeros(len(table.xy), np.int64)
    first = 0
    for poses, matched in zip(table, _norfair(table), strict=True):
        for person, track_id in matched:
            ids[first + person] = track_id
        first += len(poses[2])
    return tracks_from_ids(table, ids)


def _norfair(table: PoseTable) -> Iterator[list[tuple[int, int]]]:
    from norfair import Detection, Tracker

    tracker = Tracker(distance_function="iou", distance_threshold=0.7)
    for _, _, poses in table:
        boxes = bounding_boxes(poses.xy).reshape(-1, 2, 2)
        detections = [Detection(box, data=person) for person, box in enumerate(boxes)]
        active = tracker.update(detections)
        yield [
            (int(one.last_detection.data), int(one.id))
            for one in active
            if one.id is not None and any(one.last_detection is seen for seen in detections)
        ]


#: Trackers whose speed is measured on one frame after another; norfair only where it is installed.
LIVE: dict[str, Callable[[PoseTable], object]] = {
    "posetrail": ours_live,
    "SORT": lambda table: list(sort_live(table)),
}
if find_spec("norfair"):
    LIVE["norfair"] = norfair_live


if __name__ == "__main__":
    main()
