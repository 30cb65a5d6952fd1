"""poses.parquet: every detection of a video, one row each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tracker.blocks import BLOCK_ROWS
from tracker.poses import FloatArray, PoseTable, State
from tracker.skeleton import Skeleton
from tracker.tables_columns import (
    POSE_COLUMNS,
    STATE_WORDS,
    column,
    keypoint_columns,
    keypoint_values,
    metadata,
)
from tracker.tables_parquet import ParquetTable, open_parquet
from tracker.tables_reading import TableFile
from tracker.tables_writing import write_parquet

_Frames = tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64], NDArray[np.uint8]]

#: What an empty cell of the column ``person`` is read as: a frame in which nobody was found.
NOBODY = -1


@dataclass(frozen=True)
class StoredPoses:
    """Every detection of a video in its file, read block by block; see `Detections`.

    Parameters
    ----------
    file : ParquetTable
        The file.
    frame : int64 array, shape (frames,)
        Numbers of the processed frames in the source, rising.
    time : float64 array, shape (frames,)
        Seconds of each processed frame, rising.
    count : int64 array, shape (frames,)
        People found in each processed frame.
    state : uint8 array, shape (frames,)
        How the people of each processed frame came to be, a value of `State`.
    """

    file: ParquetTable
    frame: NDArray[np.int64]
    time: NDArray[np.float64]
    count: NDArray[np.int64]
    state: NDArray[np.uint8]

    @property
    def skeleton(self) -> Skeleton:
        """The layout of the keypoints."""
        return self.file.skeleton

    def __len__(self) -> int:
        """Count the processed frames."""
        return len(self.frame)

    def blocks(self) -> Iterator[PoseTable]:
        """Read the detections in pieces of whole frames.

        Raises
        ------
        FormatError
            If a row is damaged; the message names it.
        """
        lines = np.maximum(self.count, 1)
        ends, found = np.cumsum(lines), np.repeat(self.count > 0, lines)
        nobody = PoseTable.collect(self.skeleton, [])
        first, held_xy, held_score = 0, nobody.xy, nobody.score
        for rows, piece in self.file.keypoint_pieces():
            xy, score = piece.keypoints(self.skeleton)
            lonely = ~found[rows] & np.isfinite(score).any(axis=1)
            piece.refuse(lonely, "keypoints without a person")
            held_xy, held_score = np.concatenate([held_xy, xy]), np.concatenate([held_score, score])
            last = int(np.searchsorted(ends, rows.stop, "right"))
            if last > first:
                start, end = ends[first] - lines[first], ends[last - 1]
                people = np.flatnonzero(found[start:end])
                yield self._part(first, last, held_xy[people], held_score[people])
                first, held_xy, held_score = last, held_xy[end - start :], held_score[end - start :]

    def table(self) -> PoseTable:
        """Read all of it."""
        xy = np.empty((int(self.count.sum()), len(self.skeleton), 2), np.float32)
        score = np.empty(xy.shape[:2], np.float32)
        done = 0
        for block in self.blocks():
            rows = slice(done, done + len(block.xy))
            xy[rows], score[rows] = block.xy, block.score
            done = rows.stop
        return self._part(0, len(self), xy, score)

    def _part(self, first: int, last: int, xy: FloatArray, score: FloatArray) -> PoseTable:
        frames = slice(first, last)
        return PoseTable(
            self.skeleton,
            self.frame[frames],
            self.time[frames],
            self.count[frames],
            xy,
            score,
            self.state[frames],
        )


def write_poses_parquet(
    path: Path, table: PoseTable, provenance: Mapping[str, Any] | None = None
) -> None:
    """Write all detections: one row each, and one row without a person for an empty frame.

    Parameters
    ----------
    path : Path
        The file; it appears when it is whole.
    table : PoseTable
        The detections.
    provenance : mapping, optional
        How they came to be; anything that JSON holds.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    write_pose_blocks(path, table.skeleton, table.blocks(), provenance)


def write_pose_blocks(
    path: Path,
    skeleton: Skeleton,
    blocks: Iterable[PoseTable],
    provenance: Mapping[str, Any] | None = None,
) -> None:
    """Write detections as `write_poses_parquet` does, from pieces of whole frames in order.

    However the frames are cut into pieces, the same file comes out.
    """
    tags = metadata(skeleton, provenance or {})
    schema = _rows(PoseTable.collect(skeleton, [])).schema.with_metadata(tags)
    write_parquet(path, schema, map(_rows, _regrouped(blocks)), ("frame", "person", "state"))


def open_poses_parquet(path: Path) -> StoredPoses:
    """Open what `write_poses_parquet` wrote; the keypoints stay in the file until they are asked for.

    Raises
    ------
    FormatError
        If the file is not such a table; the message names the file, and the column and row.
    """
    parquet = open_parquet(path, POSE_COLUMNS)
    frame, time, count, state = zip(*_frames(parquet), strict=True)
    return StoredPoses(
        parquet,
        np.concatenate(frame),
        np.concatenate(time),
        np.concatenate(count),
        np.concatenate(state),
    )


def read_poses_parquet(path: Path) -> PoseTable:
    """Read what `write_poses_parquet` wrote, all at once.

    Raises
    ------
    FormatError
        If the file is not such a table; the message names the file, and the column and row.
    """
    return open_poses_parquet(path).table()


def read_poses_provenance(path: Path) -> dict[str, Any]:
    """Read how the detections in a file came to be.

    Raises
    ------
    FormatError
        If the file is not a table of detections.
    """
    return dict(open_parquet(path, POSE_COLUMNS).provenance)


def concatenate_poses(tables: Sequence[PoseTable]) -> PoseTable:
    """Join tables of consecutive pieces of one video.

    Raises
    ------
    ValueError
        If there is no table, the skeletons differ, or frames and times do not rise.
    """
    if len({table.skeleton for table in tables}) != 1:
        raise ValueError("pose tables to join must be at least one, and of one skeleton")
    return PoseTable(
        tables[0].skeleton,
        np.concatenate([table.frame for table in tables]),
        np.concatenate([table.time for table in tables]),
        np.concatenate([table.count for table in tables]),
        np.concatenate([table.xy for table in tables]),
        np.concatenate([table.score for table in tables]),
        np.concatenate([table.state for table in tables]),
    )


def _frames(parquet: ParquetTable) -> Iterator[_Frames]:
    """Read frame, time, number of people and state of every frame, piece by piece."""
    none = (np.empty(0, np.int64), np.empty(0), np.empty(0, np.int64), np.empty(0, np.uint8))
    yield none
    stated = [name for name in ("state",) if name in parquet.names]
    held: _Frames = none
    for rows, piece in parquet.pieces([*POSE_COLUMNS, *stated]):
        new = _lines(piece)
        frame, time = np.concatenate([held[0], new[0]]), np.concatenate([held[1], new[1]])
        person, state = np.concatenate([held[2], new[2]]), np.concatenate([held[3], new[3]])
        place = TableFile(parquet.path, piece.table, rows.stop - len(frame) + 1)
        first = np.flatnonzero(np.diff(frame, prepend=-1))
        _check_rows(place, frame, time, person, first)
        place.refuse(
            state != np.repeat(state[first], np.diff(first, append=len(frame))),
            "one frame has one state",
        )
        last = first[-1] if rows.stop < parquet.rows else len(frame)  # its people may go on
        whole = first[first < last]
        found = (person != NOBODY)[:last]
        count = np.add.reduceat(found, whole, dtype=np.int64) if len(whole) else none[2]
        yield frame[whole], time[whole], count, state[whole]
        held = (frame[last:], time[last:], person[last:], state[last:])


def _lines(file: TableFile) -> _Frames:
    """Give frame, time, number of the person and state of each row; older tables have no states."""
    frame, time = file.integers("frame", least=0), file.times()
    person = file.integers("person", least=0, empty=NOBODY)
    if "state" not in file.table.column_names:
        return frame, time, person, np.full(len(frame), State.OBSERVED, np.uint8)
    return frame, time, person, file.choices("state", STATE_WORDS)


def _regrouped(blocks: Iterable[PoseTable]) -> Iterator[PoseTable]:
    """Cut the same frames anew: a piece ends with the frame that makes it `BLOCK_ROWS` rows long."""
    held: list[PoseTable] = []
    missing = BLOCK_ROWS
    for block in blocks:
        first, rows = 0, np.cumsum(np.maximum(block.count, 1))
        while first < len(block):
            done = int(rows[first - 1]) if first else 0
            last = min(int(np.searchsorted(rows, done + missing)) + 1, len(block))
            held.append(block.part(first, last))
            missing -= int(rows[last - 1]) - done
            first = last
            if missing <= 0:
                yield concatenate_poses(held)
                held, missing = [], BLOCK_ROWS
    if held:
        yield concatenate_poses(held)


def _rows(table: PoseTable) -> Any:
    lines = np.maximum(table.count, 1)
    frame_of = np.repeat(np.arange(len(table)), lines)
    number = np.arange(len(frame_of)) - np.repeat(np.cumsum(lines) - lines, lines)
    found = np.repeat(table.count > 0, lines)
    cells = [
        column(table.frame[frame_of]),
        column(table.time[frame_of]),
        pa.array(number.astype(np.int32), mask=~found),
        pa.DictionaryArray.from_arrays(pa.array(table.state[frame_of]), pa.array(STATE_WORDS)),
    ]
    for values in keypoint_values(table.xy, table.score):
        spread = np.full(len(found), np.nan, np.float32)
        spread[found] = values
        cells.append(column(spread))
    return pa.table(cells, [*POSE_COLUMNS, "state", *keypoint_columns(table.skeleton)])


def _check_rows(
    file: TableFile,
    frame: NDArray[np.int64],
    time: NDArray[np.float64],
    person: NDArray[np.int64],
    first: NDArray[np.intp],
) -> None:
    starts = np.zeros(len(frame), bool)
    starts[first] = True
    file.refuse(np.diff(frame, prepend=-1) < 0, "frames should rise")
    step = np.diff(time, prepend=-np.inf)
    file.refuse(np.where(starts, step <= 0, step != 0), "one frame has one time, and times rise")
    expected = np.arange(len(frame)) - np.repeat(first, np.diff(first, append=len(frame)))
    empty = (person == NOBODY) & (expected == 0)
    file.refuse((person != expected) & ~empty, "people of a frame should count from 0")
