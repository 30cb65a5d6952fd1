"""cleaned.csv: the tracks with keypoints cleaned over time, and what happened to each value."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from features.cleaning import CleaningSettings, ValueState, clean
from tracker.blocks import blocks
from tracker.tables_columns import TRACK_COLUMNS, keypoint_columns
from tracker.tables_tracks import text_columns
from tracker.tables_writing import write_csv
from tracker.tracks import Tracks

#: What each state of a value is called.
VALUE_WORDS = tuple(state.name.lower() for state in sorted(ValueState))


class CleaningOptions(CleaningSettings):
    """Whether keypoints are cleaned over time, and how."""

    write: bool = False
    """Write cleaned.csv beside tracks.csv, whose values stay as they were seen."""


def write_cleaned(path: Path, tracks: Tracks, options: CleaningOptions, *, online: bool) -> None:
    """Write cleaned.csv where it is asked for; else remove that of an earlier tracking.

    The rows and columns of tracks.csv, then a column ``<joint>_state`` for each keypoint.

    Parameters
    ----------
    path : Path
        The file.
    tracks : Tracks
        Everybody; stays as it is.
    options : CleaningOptions
        Whether and how.
    online : bool
        Whether the tracks are those of a live tracker, and only the past may be looked at.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    if not options.write:
        path.unlink(missing_ok=True)
        return
    names = [f"{joint}_state" for joint in tracks.skeleton.keypoints]
    header = (*TRACK_COLUMNS, *keypoint_columns(tracks.skeleton), *names)
    write_csv(path, header, _pieces(tracks, options, names, online=online))


def _pieces(
    tracks: Tracks, options: CleaningOptions, names: list[str], *, online: bool
) -> Iterator[Any]:
    cleaned = clean(tracks, options, online=online)
    for rows in blocks(len(tracks)):
        table = text_columns(cleaned.tracks.rows(rows))
        for name, states in zip(names, cleaned.state[rows].T, strict=True):
            codes = pa.array(np.ascontiguousarray(states).astype(np.int8))
            table = table.append_column(
                name, pa.DictionaryArray.from_arrays(codes, pa.array(VALUE_WORDS))
            )
        yield table
