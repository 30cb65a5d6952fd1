from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest

from tracker import tables
from tracker.blocks import BLOCK_ROWS
from tracker.errors import FormatError, OutputError
from tracker.poses import Poses, PoseTable
from tracker.skeleton import COCO17, COCO18
from tracker.tracks import State, Tracks

NECK = COCO18.index("neck")


def poses(people: int, seed: int = 0) -> Poses:
    rng = np.random.default_rng(seed)
    xy = rng.uniform(0, 1280, (people, len(COCO18), 2)).astype(np.float32)
    score = rng.uniform(0.1, 1, (people, len(COCO18))).astype(np.float32)
    hidden = rng.random(score.shape) < 0.2
    xy[hidden], score[hidden] = np.nan, np.nan
    return Poses(COCO18, xy, score)


def pose_table() -> PoseTable:
    counts = enumerate([2, 0, 3, 0])
    rows = [(5 + 2 * i, 0.4 + i / 7, poses(n, i)) for i, n in counts]
    rows[2] = (*rows[2][:2], replace(rows[2][2], state=State.FLOW))
    return PoseTable.collect(COCO18, rows)


def tracks() -> Tracks:
    rows = poses(5)
    frame = np.array([3, 3, 4, 6, 6])
    state = np.array([State.OBSERVED, State.FLOW, State.INTERPOLATED, 0, 0], np.uint8)
    ids = np.array([1, 3, 3, 1, 12])
    source = {"source": "match.mp4", "gap": 0.5}
    return Tracks(COCO18, frame, frame / 3, ids, rows.xy, rows.score, state, source)


def assert_same_poses(found: PoseTable, expected: PoseTable) -> None:
    assert found.skeleton is expected.skeleton
    for name in ("frame", "time", "count", "xy", "score", "state"):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name))
        assert getattr(found, name).dtype == getattr(expected, name).dtype


def test_poses_come_back_with_their_empty_frames(tmp_path: Path) -> None:
    path = tmp_path / "poses.parquet"
    tables.write_poses_parquet(path, pose_table(), {"model": "thin"})

    assert_same_poses(tables.read_poses_parquet(path), pose_table())
    assert tables.read_poses_provenance(path) == {"model": "thin"}


def test_a_frame_without_people_has_one_row_without_a_person(tmp_path: Path) -> None:
    path = tmp_path / "poses.parquet"
    tables.write_poses_parquet(path, pose_table())

    frame = pd.read_parquet(path)
    assert list(frame.columns[:5]) == ["frame", "time_s", "person", "state", "nose_x"]
    assert frame["frame"].tolist() == [5, 5, 7, 9, 9, 9, 11]
    assert frame["person"].isna().tolist() == [False, False, True, False, False, False, True]
    assert frame["nose_x"].dtype == np.float32


def test_poses_of_before_there_was_a_state_are_observed(tmp_path: Path) -> None:
    path = tmp_path / "poses.parquet"
    tables.write_poses_parquet(path, pose_table())
    pa.parquet.write_table(pa.parquet.read_table(path).drop_columns(["state"]), path)
    assert tables.read_poses_parquet(path).state.tolist() == [State.OBSERVED] * 4


def test_a_frame_of_two_states_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "poses.parquet"
    tables.write_poses_parquet(path, pose_table())
    whole = pa.parquet.read_table(path)
    words = pa.array(["observed", "flow", *["observed"] * 5])
    pa.parquet.write_table(whole.set_column(3, "state", words), path)
    with pytest.raises(FormatError, match="row 2: one frame has one state"):
        tables.read_poses_parquet(path)


@pytest.mark.parametrize("counts", [[], [0], [0, 0]])
def test_a_video_without_people_comes_back(tmp_path: Path, counts: list[int]) -> None:
    empty = PoseTable.collect(COCO18, ((i, i / 2, Poses.empty(COCO18)) for i in range(len(counts))))
    tables.write_poses_parquet(tmp_path / "p.parquet", empty)
    assert_same_poses(tables.read_poses_parquet(tmp_path / "p.parquet"), empty)


def test_pieces_of_a_video_join_to_the_whole() -> None:
    whole = pose_table()
    rows = list(whole)
    pieces = [PoseTable.collect(COCO18, rows[:1]), PoseTable.collect(COCO18, rows[1:])]
    assert_same_poses(tables.concatenate_poses(pieces), whole)


def test_pieces_in_the_wrong_order_are_refused() -> None:
    rows = list(pose_table())
    pieces = [PoseTable.collect(COCO18, rows[1:]), PoseTable.collect(COCO18, rows[:1])]
    with pytest.raises(ValueError, match="rise"):
        tables.concatenate_poses(pieces)
    with pytest.raises(ValueError, match="at least one"):
        tables.concatenate_poses([])


def test_tracks_come_back_exactly_from_parquet(tmp_path: Path) -> None:
    path = tmp_path / "tracks.parquet"
    tables.write_tracks_parquet(path, tracks())
    found = tables.read_tracks_parquet(path)
    for name in ("frame", "time", "track_id", "xy", "score", "state"):
        np.testing.assert_array_equal(getattr(found, name), getattr(tracks(), name))
    assert found.skeleton is COCO18
    assert found.provenance == tracks().provenance


def test_tracks_come_back_rounded_from_csv(tmp_path: Path) -> None:
    path = tmp_path / "tracks.csv"
    tables.write_tracks_csv(path, tracks())
    found, expected = tables.read_tracks_csv(path), tracks()
    for name in ("frame", "track_id", "state"):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name))
    np.testing.assert_allclose(found.time, expected.time, atol=0.5e-6)
    np.testing.assert_allclose(found.xy, expected.xy, atol=0.00502)
    np.testing.assert_allclose(found.score, expected.score, atol=0.000501)


def test_a_csv_longer_than_a_chunk_is_whole(tmp_path: Path) -> None:
    frames = np.arange(BLOCK_ROWS + 7)
    ones = np.ones((len(frames), len(COCO17)), np.float32)
    xy = np.stack([ones, ones], axis=-1)
    state = np.zeros(len(frames), np.uint8)
    long = Tracks(COCO17, frames, frames / 30, np.ones_like(frames), xy, ones, state)
    tables.write_tracks_csv(tmp_path / "long.csv", long)
    found = tables.read_tracks_csv(tmp_path / "long.csv")
    np.testing.assert_array_equal(found.frame, frames)
    assert found.skeleton is COCO17


def test_the_csv_reads_as_documented(tmp_path: Path) -> None:
    one = tracks().rows(np.array([1]))
    one.xy[0, 0], one.score[0, 0] = (-0.001, 100.126), 0.5
    one.xy[0, 1], one.score[0, 1] = np.nan, np.nan
    tables.write_tracks_csv(tmp_path / "t.csv", one)
    header, row = (tmp_path / "t.csv").read_text().splitlines()
    assert header.startswith("frame,time_s,track_id,state,score,nose_x,nose_y,nose_score,neck_x,")
    mean = float(np.nanmean(one.score))
    assert row.startswith(f"3,1,3,flow,{mean:.3f}".rstrip("0") + ",0,100.13,0.5,,,,")


def test_an_empty_table_has_its_header(tmp_path: Path) -> None:
    tables.write_tracks_csv(tmp_path / "t.csv", Tracks.empty(COCO18))
    assert len((tmp_path / "t.csv").read_text().splitlines()) == 1
    assert len(tables.read_tracks_csv(tmp_path / "t.csv")) == 0


def test_the_pandas_frame_has_the_columns_of_the_csv(tmp_path: Path) -> None:
    tables.write_tracks_csv(tmp_path / "t.csv", tracks())
    frame = tables.tracks_frame(tracks())
    assert list(frame.columns) == list(pd.read_csv(tmp_path / "t.csv").columns)
    assert frame["state"].tolist() == ["observed", "flow", "interpolated", "observed", "observed"]
    np.testing.assert_allclose(frame["score"], np.nanmean(tracks().score, axis=1), rtol=1e-6)
    np.testing.assert_array_equal(frame["neck_y"], tracks().xy[:, NECK, 1])


def test_a_folder_that_cannot_be_made_is_an_output_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="Cannot write"):
        tables.write_tracks_csv(tmp_path / "file" / "t.csv", tracks())


Edit = Callable[[pd.DataFrame], pd.DataFrame]


def edited(**cells: Any) -> Edit:
    """Overwrite cells of row 2: column=value."""

    def edit(frame: pd.DataFrame) -> pd.DataFrame:
        frame = frame.astype(dict.fromkeys(cells, object))
        for name, value in cells.items():
            frame.loc[2, name] = value
        return frame

    return edit


BAD_TRACKS_CSV: list[tuple[Edit, str]] = [
    (lambda f: f.drop(columns="neck_y"), "column 'neck_y' is missing (1 of 59 are)"),
    (lambda f: f.filter(regex="^(?!left)"), "of a known skeleton"),
    (lambda f: f.drop(columns="neck_score"), "'neck_score' is missing"),
    (lambda f: f.drop(columns="track_id"), "'track_id' is missing"),
    (lambda f: f.assign(copy=f["frame"]).rename(columns={"copy": "frame"}), "stands twice"),
    (edited(neck_x="left"), "row 4: column 'neck_x' should be a number, found 'left'"),
    (edited(frame="2.5"), "row 4: column 'frame' should be a number, found '2.5'"),
    (edited(frame=""), "row 4: column 'frame' is empty"),
    (edited(frame=-1), "row 4: column 'frame' should be at least 0"),
    (edited(track_id=0), "row 4: column 'track_id' should be at least 1"),
    (edited(time_s="nan"), "row 4: column 'time_s' is empty"),
    (edited(time_s="inf"), "row 4: column 'time_s' should be a finite"),
    (edited(nose_x="inf", nose_y=1, nose_score=1), "row 4: column 'nose_x' is infinite"),
    (edited(nose_x="", nose_y=1, nose_score=1), "row 4: nose should have x, y and score"),
    (edited(state="observd"), "row 4: column 'state' holds 'observd'. Did you mean 'observed'"),
    (lambda f: f.iloc[::-1], "row 4: frames should rise"),
    (lambda f: f.iloc[[0, 1, 1]], "row 4: within a frame"),
]


@pytest.mark.parametrize(("edit", "complaint"), BAD_TRACKS_CSV, ids=[c for _, c in BAD_TRACKS_CSV])
def test_a_damaged_csv_is_refused_by_name_column_and_row(
    tmp_path: Path, edit: Edit, complaint: str
) -> None:
    path = tmp_path / "tracks.csv"
    tables.write_tracks_csv(path, tracks())
    edit(pd.read_csv(path, dtype=object)).to_csv(path, index=False)
    with pytest.raises(FormatError, match=r"tracks\.csv") as refused:
        tables.read_tracks_csv(path)
    assert complaint in str(refused.value)


@pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe\x9d", b"\n\n", b"PAR1PAR1", b"frame,\n1"])
@pytest.mark.parametrize(
    "read", [tables.read_tracks_csv, tables.read_tracks_parquet, tables.read_poses_parquet]
)
def test_what_is_no_table_is_refused(
    tmp_path: Path, read: Callable[[Path], Any], content: bytes
) -> None:
    path = tmp_path / "junk"
    path.write_bytes(content)
    with pytest.raises(FormatError, match="junk"):
        read(path)
    with pytest.raises(FormatError, match="no such file"):
        read(tmp_path / "absent")
    with pytest.raises(FormatError, match=tmp_path.name):
        read(tmp_path)


def test_a_spreadsheet_may_add_a_byte_order_mark_and_columns(tmp_path: Path) -> None:
    path = tmp_path / "tracks.csv"
    tables.write_tracks_csv(path, tracks())
    frame = pd.read_csv(path)
    frame.assign(remark="good, he said").to_csv(path, index=False, encoding="utf-8-sig")
    np.testing.assert_array_equal(tables.read_tracks_csv(path).track_id, tracks().track_id)


BAD_POSES: list[tuple[Edit, str]] = [
    (lambda f: f.drop(columns="neck_y"), "'neck_y' is missing"),
    (lambda f: f.assign(time_s="now"), "'time_s' should hold numbers, found"),
    (lambda f: f.assign(frame=f["frame"] / 2), "'frame' should hold whole numbers, found double"),
    (lambda f: f.assign(person="him"), "'person' should hold whole numbers, found"),
    (lambda f: f.assign(nose_x=np.float32(np.inf)), "row 1: column 'nose_x' is infinite"),
    (lambda f: f.assign(nose_x=np.float32(np.nan)), "nose should have x, y and score"),
    (lambda f: f.iloc[::-1], "row 2: frames should rise"),
    (lambda f: f.iloc[[0, 0]], "row 2: people of a frame should count from 0"),
    (lambda f: f.iloc[[1]], "row 1: people of a frame should count from 0"),
    (lambda f: f.iloc[[2, 2]], "row 2: people of a frame should count from 0"),
    (lambda f: f.assign(time_s=np.arange(len(f)) / 2), "row 2: one frame has one time"),
    (lambda f: f.assign(time_s=0.5), "row 3: one frame has one time, and times rise"),
    (lambda f: f.assign(person=f["person"].mask(f["frame"] == 5)).iloc[[0]], "without a person"),
]


@pytest.mark.parametrize(("edit", "complaint"), BAD_POSES, ids=[c for _, c in BAD_POSES])
def test_a_damaged_poses_table_is_refused(tmp_path: Path, edit: Edit, complaint: str) -> None:
    path = tmp_path / "poses.parquet"
    tables.write_poses_parquet(path, pose_table())
    tags = pa.parquet.read_schema(path).metadata
    frame = edit(pd.read_parquet(path, dtype_backend="numpy_nullable"))
    damaged = pa.Table.from_pandas(frame, preserve_index=False)
    pa.parquet.write_table(damaged.replace_schema_metadata(tags), path)
    with pytest.raises(FormatError, match=r"poses\.parquet") as refused:
        tables.read_poses_parquet(path)
    assert complaint in str(refused.value)


@pytest.mark.parametrize(
    ("tags", "complaint"),
    [
        (None, "name a skeleton, found ''"),
        ({"posetrail.skeleton": "octopus"}, "name a skeleton, found 'octopus'"),
        ({"posetrail.skeleton": "coco18", "posetrail.provenance": "{"}, "should be JSON"),
        ({"posetrail.skeleton": "coco18", "posetrail.provenance": "3"}, "JSON object"),
    ],
)
def test_strange_metadata_are_refused(
    tmp_path: Path, tags: dict[str, str] | None, complaint: str
) -> None:
    path = tmp_path / "tracks.parquet"
    tables.write_tracks_parquet(path, tracks())
    table = pa.parquet.read_table(path)
    pa.parquet.write_table(table.replace_schema_metadata(tags), path)
    with pytest.raises(FormatError) as refused:
        tables.read_tracks_parquet(path)
    assert complaint in str(refused.value)


def long_table(frames: int) -> PoseTable:
    counts = np.random.default_rng(1).integers(0, 4, frames)
    return PoseTable.collect(
        COCO18, ((i, i / 25, poses(int(n), i % 7)) for i, n in enumerate(counts))
    )


def test_a_long_table_is_read_in_pieces_of_whole_frames(tmp_path: Path) -> None:
    table, path = long_table(9000), tmp_path / "poses.parquet"
    tables.write_poses_parquet(path, table)
    rows = pa.parquet.read_table(path)
    pa.parquet.write_table(rows, tmp_path / "one_group.parquet")
    assert pa.parquet.ParquetFile(path).num_row_groups == 2
    for name in ("poses.parquet", "one_group.parquet"):
        stored = tables.open_poses_parquet(tmp_path / name)
        pieces = list(stored.blocks())
        assert len(pieces) > 1
        assert_same_poses(tables.concatenate_poses(pieces), table)
        assert_same_poses(stored.table(), table)


def test_the_file_does_not_depend_on_the_pieces_it_was_written_from(tmp_path: Path) -> None:
    table = long_table(9000)
    for name, cuts in (("a", [0, 9000]), ("b", [0, 5, 300, 7777, 9000])):
        pieces = (table.part(a, b) for a, b in pairwise(cuts))
        tables.write_pose_blocks(tmp_path / name, COCO18, pieces)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_damage_far_in_a_long_table_names_its_row(tmp_path: Path) -> None:
    path = tmp_path / "poses.parquet"
    tables.write_poses_parquet(path, long_table(9000))
    tags = pa.parquet.read_schema(path).metadata
    frame = pd.read_parquet(path, dtype_backend="numpy_nullable")
    seen = frame.index[frame["nose_x"].notna() & (frame.index > BLOCK_ROWS + 5)][0]
    frame.loc[seen, "nose_x"] = pd.NA
    damaged = pa.Table.from_pandas(frame, preserve_index=False)
    pa.parquet.write_table(damaged.replace_schema_metadata(tags), path)
    with pytest.raises(FormatError, match=rf"row {seen + 1}: nose should have"):
        tables.read_poses_parquet(path)
