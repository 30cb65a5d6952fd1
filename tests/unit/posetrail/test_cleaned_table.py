"""cleaned.csv."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from posetrail.cleaned_table import CleaningOptions, write_cleaned
from tests.walks import walk
from tracker.skeleton import COCO18
from tracker.tables import write_tracks_csv

WRIST = COCO18.index("left_wrist")


def test_it_has_the_rows_of_tracks_csv_and_says_what_happened_to_each_value(tmp_path: Path) -> None:
    tracks = walk(noise=1)
    tracks.xy[30:32, WRIST], tracks.score[30:32, WRIST] = np.nan, np.nan
    before = tracks.xy.copy()
    write_tracks_csv(tmp_path / "tracks.csv", tracks)
    write_cleaned(tmp_path / "cleaned.csv", tracks, CleaningOptions(write=True), online=False)
    seen, cleaned = (pd.read_csv(tmp_path / name) for name in ("tracks.csv", "cleaned.csv"))
    assert cleaned.columns[: len(seen.columns)].tolist() == seen.columns.tolist()
    assert cleaned[["frame", "track_id", "state"]].equals(seen[["frame", "track_id", "state"]])
    assert seen.left_wrist_x[30:32].isna().all()
    assert cleaned.left_wrist_x.notna().all()
    assert cleaned.left_wrist_state[29:33].tolist() == [
        "observed",
        "interpolated",
        "interpolated",
        "observed",
    ]
    np.testing.assert_array_equal(tracks.xy, before)


def test_an_earlier_one_goes_where_none_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "cleaned.csv"
    write_cleaned(path, walk(), CleaningOptions(write=True), online=True)
    assert path.is_file()
    write_cleaned(path, walk(), CleaningOptions(), online=True)
    assert not path.exists()
