"""poses.parquet: every detection of a video, one row each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tracker.poses import PoseTable, State
from tracker.tables_columns import (
    POSE_COLUMNS,
    STATE_WORDS,
    column,
    keypoint_columns,
    keypoint_values,
    metadata,
)
from tracker.tables_reading import TableFile, read_parquet
from tracker.tables_writing import write_parquet

#: What an empty cell of the column ``person`` is read as: a frame in which nobody was found.
NOBODY = -1


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
    tags = metadata(table.skeleton, provenance or {})
    write_parquet(path, _rows(table).replace_schema_metadata(tags), ("frame", "person"))


def read_poses_parquet(path: Path) -> PoseTable:
    """Read what `write_poses_parquet` wrote.

    Raises
    ------
    FormatError
        If the file is not such a table; the message names the file, and the column and row.
    """
    file, skeleton, _ = read_parquet(path, POSE_COLUMNS, optional=("state",))
    frame, time = file.integers("frame", least=0), file.times()
    person = file.integers("person", least=0, empty=NOBODY)
    first = np.flatnonzero(np.diff(frame, prepend=-1))
    _check_rows(file, frame, time, person, first)
    found = person != NOBODY
    xy, score = file.keypoints(skeleton)
    file.refuse(~found & np.isfinite(score).any(axis=1), "keypoints without a person")
    count = np.add.reduceat(found, first, dtype=np.int64) if len(first) else np.empty(0, np.int64)
    state = _states(file, first)
    return PoseTable(skeleton, frame[first], time[first], count, xy[found], score[found], state)


def read_poses_provenance(path: Path) -> dict[str, Any]:
    """Read how the detections in a file came to be.

    Raises
    ------
    FormatError
        If the file is not a table of detections.
    """
    return read_parquet(path, POSE_COLUMNS)[2]


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


def _states(file: TableFile, first: NDArray[np.intp]) -> NDArray[np.uint8]:
    """Read how the people of each frame came to be; older tables have no such column."""
    if "state" not in file.table.column_names:
        return np.full(len(first), State.OBSERVED, np.uint8)
    state = file.choices("state", STATE_WORDS)
    whole = np.repeat(state[first], np.diff(first, append=len(state)))
    file.refuse(state != whole, "one frame has one state")
    return state[first]


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
