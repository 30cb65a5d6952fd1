"""people/person_NNN.csv: one time series per person, with joint angles and with the gaps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from features.angles import angle_names, joint_angles
from tracker.blocks import blocks
from tracker.tables_columns import TRACK_COLUMNS, column, keypoint_columns, rounded
from tracker.tables_tracks import TIME_DECIMALS, text_columns
from tracker.tables_writing import write_csv
from tracker.tracks import Tracks

#: What the column ``state`` says of a frame in which the person is missing.
MISSING = "missing"
ANGLE_DECIMALS = 1


def write_people(
    folder: Path, tracks: Tracks, frame: NDArray[np.int64], time: NDArray[np.float64]
) -> list[Path]:
    """Write one CSV per person: a row for every processed frame from the first to the last sighting.

    Parameters
    ----------
    folder : Path
        Where the files go; track 1 becomes ``person_001.csv``.
    tracks : Tracks
        Everybody.
    frame : int64 array, shape (frames,)
        Numbers of the processed frames in the source, rising; all frames of the tracks are among them.
    time : float64 array, shape (frames,)
        Seconds of each processed frame.

    Returns
    -------
    list of Path
        The files, in the order of the IDs.

    Raises
    ------
    OutputError
        If a file cannot be written.
    ValueError
        If the tracks have a frame that was not processed.
    """
    if not np.isin(tracks.frame, frame).all():
        raise ValueError("the tracks have a frame that is not among the processed ones")
    names = (*TRACK_COLUMNS, *keypoint_columns(tracks.skeleton), *angle_names(tracks.skeleton))
    paths = []
    for track_id in tracks.ids:
        person = tracks.person(track_id)
        life = slice(*np.searchsorted(frame, [person.frame[0], person.frame[-1] + 1]).tolist())
        paths.append(folder / f"person_{track_id:03d}.csv")
        write_csv(paths[-1], names, _pieces(person, frame[life], time[life]))
    return paths


def _pieces(person: Tracks, frame: NDArray[np.int64], time: NDArray[np.float64]) -> Iterator[Any]:
    for piece in blocks(len(frame)):
        rows = (person.frame >= frame[piece][0]) & (person.frame <= frame[piece][-1])
        yield _filled(person.rows(rows), person.track_id[0], frame[piece], time[piece])


def _filled(
    person: Tracks, track_id: int, frame: NDArray[np.int64], time: NDArray[np.float64]
) -> Any:
    """Give the rows of one person as text columns, with an empty row where a frame is missing."""
    table = text_columns(person)
    for name, degrees in joint_angles(person.skeleton, person.xy).items():
        table = table.append_column(name, column(rounded(degrees, ANGLE_DECIMALS)))
    place = np.searchsorted(person.frame, frame)
    seen = np.isin(frame, person.frame)
    spread = table.take(pa.array(place, mask=~seen))
    always = {
        "frame": column(frame),
        "time_s": column(rounded(time, TIME_DECIMALS)),
        "track_id": pa.repeat(pa.scalar(int(track_id)), len(frame)),
        "state": spread["state"].cast(pa.string()).fill_null(MISSING),
    }
    for name, cells in always.items():
        spread = spread.set_column(TRACK_COLUMNS.index(name), name, cells)
    return spread
