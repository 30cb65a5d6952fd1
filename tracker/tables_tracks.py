"""tracks.parquet and tracks.csv: one row per frame and person."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from tracker.blocks import blocks
from tracker.tables_columns import (
    STATE_WORDS,
    TRACK_COLUMNS,
    column,
    keypoint_columns,
    keypoint_values,
    metadata,
    rounded,
    row_score,
)
from tracker.tables_parquet import open_parquet
from tracker.tables_reading import TableFile, read_csv
from tracker.tables_writing import write_csv, write_parquet
from tracker.tracks import Tracks

if TYPE_CHECKING:
    import pandas as pd

TIME_DECIMALS = 6
PIXEL_DECIMALS = 2
SCORE_DECIMALS = 3


def write_tracks_parquet(path: Path, tracks: Tracks) -> None:
    """Write tracks with their skeleton and provenance, in full precision.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    tags = metadata(tracks.skeleton, tracks.provenance)
    schema = _whole(Tracks.empty(tracks.skeleton)).schema.with_metadata(tags)
    write_parquet(path, schema, map(_whole, _chunks(tracks)), ("frame", "track_id", "state"))


def read_tracks_parquet(path: Path) -> Tracks:
    """Read what `write_tracks_parquet` wrote.

    Raises
    ------
    FormatError
        If the file is not such a table; the message names the file, and the column and row.
    """
    file = open_parquet(path, TRACK_COLUMNS)
    leading = _leading(file.columns(TRACK_COLUMNS))
    xy = np.empty((file.rows, len(file.skeleton), 2), np.float32)
    score = np.empty(xy.shape[:2], np.float32)
    for rows, piece in file.keypoint_pieces():
        xy[rows], score[rows] = piece.keypoints(file.skeleton)
    frame, time, track_id, state = leading
    return Tracks(file.skeleton, frame, time, track_id, xy, score, state, file.provenance)


def write_tracks_csv(path: Path, tracks: Tracks) -> None:
    """Write tracks as text: time to the microsecond, pixels to 0.01, scores to 0.001.

    Parameters
    ----------
    path : Path
        The file; it appears when it is whole.
    tracks : Tracks
        The table; a missing value becomes an empty cell. The provenance stays behind.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    header = (*TRACK_COLUMNS, *keypoint_columns(tracks.skeleton))
    write_csv(path, header, map(text_columns, _chunks(tracks)))


def read_tracks_csv(path: Path) -> Tracks:
    """Read what `write_tracks_csv` wrote; the layout is told by the column names.

    Raises
    ------
    FormatError
        If the file is not such a table; the message names the file, and the column and row.
    """
    types = (pa.int64(), pa.float64(), pa.int64(), pa.string(), pa.float32())
    file, skeleton = read_csv(path, dict(zip(TRACK_COLUMNS, types, strict=True)))
    frame, time, track_id, state = _leading(file)
    return Tracks(skeleton, frame, time, track_id, *file.keypoints(skeleton), state)


def tracks_frame(tracks: Tracks) -> pd.DataFrame:
    """Give tracks as a pandas frame with the columns of tracks.csv, unrounded.

    Returns
    -------
    pandas.DataFrame
        One row per frame and person; ``state`` is a categorical of words; missing is NaN.
    """
    import pandas as pd

    values = keypoint_values(tracks.xy, tracks.score)
    state = pd.Categorical.from_codes(tracks.state.astype(np.int64), pd.Index(STATE_WORDS))
    leading = (tracks.frame, tracks.time, tracks.track_id, state, row_score(tracks.score))
    names = (*TRACK_COLUMNS, *keypoint_columns(tracks.skeleton))
    return pd.DataFrame(dict(zip(names, (*leading, *values), strict=True)))


def text_columns(tracks: Tracks) -> Any:
    """Give tracks as an Arrow table with the columns of tracks.csv, rounded as in text."""
    values = rounded(keypoint_values(tracks.xy, tracks.score), PIXEL_DECIMALS)
    values[2::3] = rounded(tracks.score.T, SCORE_DECIMALS)
    score = rounded(row_score(tracks.score), SCORE_DECIMALS)
    return _table(tracks, rounded(tracks.time, TIME_DECIMALS), score, values)


def _chunks(tracks: Tracks) -> Iterator[Tracks]:
    for block in blocks(len(tracks)):
        yield tracks.rows(block)


def _whole(tracks: Tracks) -> Any:
    """Give tracks as an Arrow table with the columns of tracks.parquet."""
    values = keypoint_values(tracks.xy, tracks.score)
    return _table(tracks, tracks.time, row_score(tracks.score), values)


def _table(tracks: Tracks, time: Any, score: Any, values: Any) -> Any:
    words = pa.DictionaryArray.from_arrays(pa.array(tracks.state), pa.array(STATE_WORDS))
    leading = [column(tracks.frame), column(time), column(tracks.track_id), words, column(score)]
    cells = [*leading, *(column(line) for line in values)]
    return pa.table(cells, [*TRACK_COLUMNS, *keypoint_columns(tracks.skeleton)])


def _leading(file: TableFile) -> tuple[Any, Any, Any, Any]:
    """Read frame, time, track ID and state, and check the order of the rows."""
    frame = file.integers("frame", least=0)
    track_id = file.integers("track_id", least=1)
    step = np.diff(frame, prepend=-1)
    file.refuse(step < 0, "frames should rise")
    falling = (step == 0) & (np.diff(track_id, prepend=0) <= 0)
    file.refuse(falling, "within a frame track IDs should rise, each person once")
    return frame, file.times(), track_id, file.choices("state", STATE_WORDS)
