"""The tables of tracks in a run's folder, written by a run and again by every tracking after it."""

from __future__ import annotations

from posetrail.people_tables import write_people
from posetrail.run_folder import Run
from tracker.poses import PoseTable
from tracker.tables import write_tracks_csv, write_tracks_parquet
from tracker.tracks import Tracks


def write_tracks(run: Run, tracks: Tracks, table: PoseTable) -> None:
    """Write tracks.parquet, tracks.csv and people/, and remove people that are no longer there.

    Parameters
    ----------
    run : Run
        Where to.
    tracks : Tracks
        Everybody.
    table : PoseTable
        What the tracks were made of; says which frames were processed.

    Raises
    ------
    OutputError
        If a file cannot be written.
    """
    write_tracks_parquet(run.tracks_path, tracks)
    write_tracks_csv(run.tracks_csv_path, tracks)
    written = set(write_people(run.people_path, tracks, table.frame, table.time))
    for path in run.people_path.glob("person_*.csv"):
        if path not in written:
            path.unlink()
