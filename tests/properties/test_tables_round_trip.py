"""Whatever is written comes back equal; whatever is read is a table or a FormatError."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker import tables
from tracker.errors import FormatError
from tracker.poses import FloatArray, PoseTable
from tracker.skeleton import SKELETONS, Skeleton
from tracker.tracks import State, Tracks

SKELETON = st.sampled_from(list(SKELETONS.values()))
RATE = st.floats(0.5, 240)


def keypoints(seed: int, rows: int, skeleton: Skeleton) -> tuple[FloatArray, FloatArray]:
    rng = np.random.default_rng(seed)
    xy = rng.normal(500, 400, (rows, len(skeleton), 2)).astype(np.float32)
    score = rng.random((rows, len(skeleton)), np.float32)
    hidden = rng.random(score.shape) < rng.random()
    xy[hidden], score[hidden] = np.nan, np.nan
    return xy, score


@st.composite
def pose_tables(draw: st.DrawFn) -> PoseTable:
    skeleton, seed = draw(SKELETON), draw(st.integers(0, 2**32))
    frame = np.cumsum(draw(st.lists(st.integers(1, 9), max_size=12)), dtype=np.int64)
    count = np.array([draw(st.integers(0, 4)) for _ in frame], np.int64)
    xy, score = keypoints(seed, int(count.sum()), skeleton)
    state = np.random.default_rng(seed).choice(list(State), len(frame)).astype(np.uint8)
    return PoseTable(skeleton, frame, frame / draw(RATE), count, xy, score, state)


@st.composite
def track_tables(draw: st.DrawFn) -> Tracks:
    skeleton, seed = draw(SKELETON), draw(st.integers(0, 2**32))
    cells = draw(st.sets(st.tuples(st.integers(0, 30), st.integers(1, 5)), max_size=25))
    frame, track_id = np.array(sorted(cells), np.int64).reshape(-1, 2).T
    xy, score = keypoints(seed, len(frame), skeleton)
    state = np.random.default_rng(seed).choice(list(State), len(frame)).astype(np.uint8)
    note = {"note": draw(st.text(max_size=9))}
    return Tracks(skeleton, frame, frame / draw(RATE), track_id, xy, score, state, note)


@given(pose_tables())
@settings(deadline=None, max_examples=40)
def test_detections_come_back(table: PoseTable) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "p.parquet"
        tables.write_poses_parquet(path, table)
        found = tables.read_poses_parquet(path)
    assert found.skeleton is table.skeleton
    for name in ("frame", "time", "count", "xy", "score", "state"):
        np.testing.assert_array_equal(getattr(found, name), getattr(table, name))


@given(track_tables())
@settings(deadline=None, max_examples=40)
def test_tracks_come_back(tracks: Tracks) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder)
        tables.write_tracks_parquet(path / "t.parquet", tracks)
        tables.write_tracks_csv(path / "t.csv", tracks)
        exact = tables.read_tracks_parquet(path / "t.parquet")
        text = tables.read_tracks_csv(path / "t.csv")
        tables.write_tracks_csv(path / "again.csv", text)
        keypoint_cells = [
            [line.split(",")[5:] for line in (path / name).read_text().splitlines()]
            for name in ("t.csv", "again.csv")
        ]
    assert exact.provenance == tracks.provenance
    for name in ("frame", "time", "track_id", "xy", "score", "state"):
        np.testing.assert_array_equal(getattr(exact, name), getattr(tracks, name))
    for name in ("frame", "track_id", "state"):
        np.testing.assert_array_equal(getattr(text, name), getattr(tracks, name))
    assert text.skeleton is tracks.skeleton
    np.testing.assert_allclose(text.time, tracks.time, atol=0.5001e-6)
    np.testing.assert_allclose(text.xy, tracks.xy, atol=0.0052)
    np.testing.assert_allclose(text.score, tracks.score, atol=0.00051)
    assert keypoint_cells[0] == keypoint_cells[1]  # text read and written again does not drift


@given(st.binary(max_size=200), st.integers(0, 3000), st.sampled_from(["csv", "parquet"]))
@settings(deadline=None, max_examples=100)
def test_a_damaged_file_is_read_or_refused(junk: bytes, place: int, kind: str) -> None:
    skeleton = SKELETONS["coco17"]
    xy, score = keypoints(1, 3, skeleton)
    frame = np.arange(3)
    tracks = Tracks(skeleton, frame, frame / 2, frame + 1, xy, score, np.zeros(3, np.uint8))
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"t.{kind}"
        getattr(tables, f"write_tracks_{kind}")(path, tracks)
        content = path.read_bytes()
        path.write_bytes(content[:place] + junk + content[place + len(junk) :])
        with suppress(FormatError):
            getattr(tables, f"read_tracks_{kind}")(path)
