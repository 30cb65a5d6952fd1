"""How much memory a row of a long video takes: at most 3 MB a minute with five people at 30 frames/s."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Sized
from pathlib import Path

import numpy as np

from tracker.anchors import standing_offsets
from tracker.poses import PoseTable
from tracker.skeleton import COCO18
from tracker.tables import open_poses_parquet, read_poses_parquet, write_poses_parquet
from tracker.tracking import track

PEOPLE = 40
FRAMES = (300, 900)
MOST_BYTES_PER_ROW = 3e6 / (5 * 60 * 30)


def crowd(frames: int) -> PoseTable:
    """People who stand in a row, each seen whole in every frame."""
    necks = np.stack([np.arange(PEOPLE) * 120, np.full(PEOPLE, 100)], axis=1)
    people = necks[:, None] + standing_offsets(COCO18) * 100
    xy = np.tile(people.astype(np.float32), (frames, 1, 1))
    score = np.full(xy.shape[:2], 0.9, np.float32)
    numbers, count = np.arange(frames), np.full(frames, PEOPLE)
    return PoseTable(COCO18, numbers, numbers / 30, count, xy, score)


def growth_per_row(folder: Path, work: Callable[[Path], Sized]) -> float:
    """Bytes that a row more takes at the peak of some work on a file of poses."""
    peaks = []
    for frames in FRAMES:
        path = folder / f"{frames}.parquet"
        write_poses_parquet(path, crowd(frames))
        tracemalloc.start()
        result = work(path)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert len(result) > 0
    return float(np.diff(peaks)[0] / (np.diff(FRAMES)[0] * PEOPLE))


def test_a_minute_of_video_takes_no_more_memory_than_planned(tmp_path: Path) -> None:
    grown = growth_per_row(tmp_path, lambda path: track(open_poses_parquet(path)))
    assert grown < MOST_BYTES_PER_ROW


def test_a_table_is_read_without_a_second_copy(tmp_path: Path) -> None:
    row = crowd(1).xy[0].nbytes + crowd(1).score[0].nbytes
    assert row <= growth_per_row(tmp_path, read_poses_parquet) < 1.2 * row
