from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from features.angles import angle_names, joint_angles
from posetrail.people_tables import write_people, write_people_list
from posetrail.run_tables import Story
from tracker.blocks import BLOCK_ROWS
from tracker.skeleton import COCO18
from tracker.tables import write_tracks_csv
from tracker.tracks import State, Tracks


def two_people() -> Tracks:
    """Person 1 in frames 2, 4 and 8; person 7 in frame 4 only."""
    rng = np.random.default_rng(3)
    frame = np.array([2, 4, 4, 8])
    xy = rng.uniform(0, 700, (4, len(COCO18), 2)).astype(np.float32)
    score = np.full((4, len(COCO18)), 0.5, np.float32)
    xy[1, COCO18.index("right_wrist")] = np.nan
    score[1, COCO18.index("right_wrist")] = np.nan
    state = np.array([0, State.INTERPOLATED, 0, 0], np.uint8)
    return Tracks(COCO18, frame, frame / 25, np.array([1, 1, 7, 1]), xy, score, state)


PROCESSED = np.arange(0, 12, 2)


def write(folder: Path, tracks: Tracks) -> list[Path]:
    return write_people(folder, tracks, PROCESSED, PROCESSED / 25)


def test_each_person_has_a_file_named_by_the_id(tmp_path: Path) -> None:
    paths = write(tmp_path / "people", two_people())
    assert [path.name for path in paths] == ["person_001.csv", "person_007.csv"]
    assert sorted((tmp_path / "people").iterdir()) == paths


def test_what_was_seen_carried_and_filled_is_counted_apart(tmp_path: Path) -> None:
    tracks = two_people()
    tracks.state[:] = [State.OBSERVED, State.FLOW, State.OBSERVED, State.INTERPOLATED]
    write_people_list(tmp_path / "people.csv", tracks)
    table = pd.read_csv(tmp_path / "people.csv", index_col="track_id")
    assert list(table.loc[1, ["seen", "carried", "filled"]]) == [1, 1, 1]
    assert list(table.loc[7, ["seen", "carried", "filled"]]) == [1, 0, 0]
    assert Story(tracks, []).warnings == []
    tracks.state[1] = State.INTERPOLATED
    (warning,) = Story(tracks, []).warnings
    assert "more than half is filled in" in warning
    assert warning.endswith("of person 1")


def test_the_life_of_a_person_has_a_row_per_processed_frame(tmp_path: Path) -> None:
    table = pd.read_csv(write(tmp_path, two_people())[0])
    assert table["frame"].tolist() == [2, 4, 6, 8]
    np.testing.assert_allclose(table["time_s"], [0.08, 0.16, 0.24, 0.32])
    assert table["track_id"].tolist() == [1, 1, 1, 1]
    assert table["state"].tolist() == ["observed", "interpolated", "missing", "observed"]
    assert table.iloc[2, 4:].isna().all()
    assert table.iloc[3, 4:].notna().all()


def test_rows_agree_with_tracks_csv(tmp_path: Path) -> None:
    write_tracks_csv(tmp_path / "tracks.csv", two_people())
    everybody = pd.read_csv(tmp_path / "tracks.csv")
    person = pd.read_csv(write(tmp_path, two_people())[1])
    mine = everybody[everybody["track_id"] == 7].reset_index(drop=True)
    pd.testing.assert_frame_equal(person[list(mine.columns)], mine)


def test_the_angles_are_columns_and_empty_where_a_joint_is_missing(tmp_path: Path) -> None:
    tracks = two_people()
    table = pd.read_csv(write(tmp_path, tracks)[0])
    assert list(table.columns[-8:]) == angle_names(COCO18)
    expected = joint_angles(COCO18, tracks.person(1).xy)["left_knee_angle"]
    np.testing.assert_allclose(table["left_knee_angle"].dropna(), expected, atol=0.0501)
    assert table["right_elbow_angle"].isna().tolist() == [False, True, True, False]


def test_a_long_life_is_written_in_pieces_without_a_seam(tmp_path: Path) -> None:
    frame = np.arange(2 * BLOCK_ROWS + 5)
    kept = np.delete(frame, np.r_[BLOCK_ROWS - 3 : 2 * BLOCK_ROWS + 2])  # one piece has few rows
    ones = np.ones((len(kept), len(COCO18)), np.float32)
    person = Tracks(
        COCO18,
        kept,
        kept / 50,
        np.ones_like(kept),
        np.stack([ones, ones], axis=-1),
        ones,
        np.zeros(len(kept), np.uint8),
    )
    table = pd.read_csv(write_people(tmp_path, person, frame, frame / 50)[0])
    assert table["frame"].tolist() == frame.tolist()
    assert (table["state"] == "observed").sum() == len(kept)


def test_nobody_writes_nothing(tmp_path: Path) -> None:
    assert write(tmp_path, Tracks.empty(COCO18)) == []


def test_a_frame_that_was_not_processed_is_a_programming_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not among the processed"):
        write_people(tmp_path, two_people(), PROCESSED[:3], PROCESSED[:3] / 25)
