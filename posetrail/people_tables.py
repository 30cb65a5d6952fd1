"""people.csv, a row per person, and people/person_NNN.csv, a time series per person with angles and gaps."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from features.angles import angle_names, joint_angles
from tracker.blocks import blocks
from tracker.files import written_whole
from tracker.tables_columns import TRACK_COLUMNS, column, keypoint_columns, rounded
from tracker.tables_tracks import TIME_DECIMALS, text_columns
from tracker.tables_writing import write_csv
from tracker.tracks import State, Tracks

PEOPLE_COLUMNS = ("track_id", "name", "start_s", "end_s", "seen", "carried", "filled", "file")
#: What the column ``state`` says of a frame in which the person is missing.
MISSING = "missing"
ANGLE_DECIMALS = 1


def person_file(track_id: int) -> str:
    """Name the file of a person's time series."""
    return f"person_{track_id:03d}.csv"


def write_people_list(path: Path, tracks: Tracks) -> None:
    """Write people.csv: who there is, under which name, from when to when.

    Parameters
    ----------
    path : Path
        The file.
    tracks : Tracks
        Everybody.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    names = tracks.names
    with written_whole(path) as aside, aside.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(PEOPLE_COLUMNS)
        for track_id in tracks.ids:
            rows = np.flatnonzero(tracks.track_id == track_id)
            first, last = (f"{tracks.time[row]:.{TIME_DECIMALS}f}" for row in (rows[0], rows[-1]))
            states = (State.OBSERVED, State.FLOW, State.INTERPOLATED)
            counts = [int((tracks.state[rows] == state).sum()) for state in states]
            name = names.get(track_id, "")
            writer.writerow([track_id, name, first, last, *counts, person_file(track_id)])


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
    if not np.isin(tracks.frame[np.diff(tracks.frame, prepend=-1) > 0], frame).all():
        raise ValueError("the tracks have a frame that is not among the processed ones")
    names = (*TRACK_COLUMNS, *keypoint_columns(tracks.skeleton), *angle_names(tracks.skeleton))
    paths = []
    for track_id in tracks.ids:
        rows = np.flatnonzero(tracks.track_id == track_id)
        ends = [tracks.frame[rows[0]], tracks.frame[rows[-1]] + 1]
        life = slice(*np.searchsorted(frame, ends).tolist())
        paths.append(folder / person_file(track_id))
        write_csv(paths[-1], names, _pieces(tracks, rows, frame[life], time[life]))
    return paths


def _pieces(
    tracks: Tracks,
    rows: NDArray[np.intp],
    frame: NDArray[np.int64],
    time: NDArray[np.float64],
) -> Iterator[Any]:
    mine, track_id = tracks.frame[rows], int(tracks.track_id[rows[0]])
    for piece in blocks(len(frame)):
        here = slice(*np.searchsorted(mine, [frame[piece][0], frame[piece][-1] + 1]).tolist())
        yield _filled(tracks.rows(rows[here]), track_id, frame[piece], time[piece])


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
        "track_id": pa.repeat(pa.scalar(track_id), len(frame)),
        "state": spread["state"].cast(pa.string()).fill_null(MISSING),
    }
    for name, cells in always.items():
        spread = spread.set_column(TRACK_COLUMNS.index(name), name, cells)
    return spread
