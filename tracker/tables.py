"""The tables of a run: poses.parquet, tracks.parquet, tracks.csv (docs/data-dictionary.md)."""

from __future__ import annotations

from tracker.tables_columns import keypoint_columns, row_score
from tracker.tables_poses import (
    StoredPoses,
    concatenate_poses,
    open_poses_parquet,
    read_poses_parquet,
    read_poses_provenance,
    write_pose_blocks,
    write_poses_parquet,
)
from tracker.tables_tracks import (
    read_tracks_csv,
    read_tracks_parquet,
    tracks_frame,
    write_tracks_csv,
    write_tracks_parquet,
)

__all__ = [
    "StoredPoses",
    "concatenate_poses",
    "keypoint_columns",
    "open_poses_parquet",
    "read_poses_parquet",
    "read_poses_provenance",
    "read_tracks_csv",
    "read_tracks_parquet",
    "row_score",
    "tracks_frame",
    "write_pose_blocks",
    "write_poses_parquet",
    "write_tracks_csv",
    "write_tracks_parquet",
]
