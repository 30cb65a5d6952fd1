"""What an unfinished run has done so far, so that it can go on after Ctrl-C or a crash."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posetrail.differences import differences
from posetrail.json_files import read_json, write_json
from tracker.errors import OutputError
from tracker.poses import Detections, Poses, PoseTable
from tracker.skeleton import Skeleton
from tracker.tables import open_poses_parquet, read_poses_parquet, write_poses_parquet

_CHUNK_NAME = re.compile(r"poses-\d{6}\.parquet")


class Checkpoint:
    """Poses of the frames done so far, in chunks, with the plan they belong to.

    Parameters
    ----------
    folder : Path
        Where the chunks lie.
    plan : mapping
        Whatever decides the poses (source, settings, network); chunks of another plan are refused.

    Raises
    ------
    OutputError
        If the folder holds the beginning of a run with another plan.
    """

    #: Frames per chunk: what a crash can lose.
    CHUNK_FRAMES = 300

    def __init__(self, folder: Path, plan: Mapping[str, Any]) -> None:
        self._folder = folder
        self._plan = plan
        self._paths: list[Path] = []
        self._frames: list[NDArray[np.int64]] = []
        self._times: list[NDArray[np.float64]] = []
        if self._plan_path.is_file():
            _check_plan(read_json(self._plan_path), plan, folder.parent)
            paths = [path for path in folder.iterdir() if _CHUNK_NAME.fullmatch(path.name)]
            for path in sorted(paths):
                self._note(path, open_poses_parquet(path))

    @property
    def _plan_path(self) -> Path:
        """Written with the first chunk: where nothing is done yet, nothing was interrupted."""
        return self._folder / "plan.json"

    def next_frame(self, again: int = 0) -> int:
        """Give the number of the first frame to go on with, the last few done ones done again."""
        if again:
            return int(np.concatenate(self._frames)[-again])
        return int(self._frames[-1][-1]) + 1 if self._frames else 0

    @property
    def frames_done(self) -> int:
        """Frames that are done."""
        return sum(len(frames) for frames in self._frames)

    @property
    def times(self) -> list[float]:
        """Seconds of the frames that are done."""
        return [time for times in self._times for time in times.tolist()]

    def rows(self) -> Iterator[tuple[int, float, Poses]]:
        """Give the frames that are already done: number, seconds, everybody in it."""
        for block in self.blocks():
            yield from block

    def store(self, skeleton: Skeleton, rows: Iterable[tuple[int, float, Poses]]) -> None:
        """Store the rest of the frames as they come; none of them stays in memory.

        Parameters
        ----------
        skeleton : Skeleton
            The layout of the keypoints.
        rows : iterable of (int, float, Poses)
            Frame number, seconds, everybody in it; from `next_frame` on.
        """
        for chunk in _chunks(rows, self.CHUNK_FRAMES):
            table = PoseTable.collect(skeleton, chunk)
            if not self._paths:
                write_json(self._plan_path, self._plan)
            path = self._folder / f"poses-{len(self._paths):06d}.parquet"
            write_poses_parquet(path, table)
            self._note(path, table)

    def blocks(self) -> Iterator[PoseTable]:
        """Read what is done, in order."""
        return (read_poses_parquet(path) for path in self._paths)

    def _note(self, path: Path, table: Detections) -> None:
        self._paths.append(path)
        self._frames.append(table.frame)
        self._times.append(table.time)

    def remove(self) -> None:
        """Remove the folder: the run is whole."""
        shutil.rmtree(self._folder, ignore_errors=True)


def _chunks(
    rows: Iterable[tuple[int, float, Poses]], size: int
) -> Iterator[list[tuple[int, float, Poses]]]:
    chunk: list[tuple[int, float, Poses]] = []
    try:
        for row in rows:
            chunk.append(row)
            if len(chunk) == size:
                yield chunk
                chunk = []
    except (Exception, KeyboardInterrupt):
        if chunk:
            yield chunk  # what is done is kept before the error goes on, Ctrl-C included
        raise
    if chunk:
        yield chunk


def _check_plan(found: Mapping[str, Any], wanted: Mapping[str, Any], folder: Path) -> None:
    different = differences(found, wanted)
    if different:
        raise OutputError(
            f"The interrupted run in {folder} was begun differently: {different}.",
            hint="Repeat its options with --resume, or start anew with --overwrite.",
        )
