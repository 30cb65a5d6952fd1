"""Whatever stands in a label file: labels or one clear error, never anything else."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.labels import LabelledVideo, match_labels, read_labels
from classifiers.recordings import one_person
from features.joints import ACTION13
from tracker.errors import LabelError

HEADERS = (
    "track_id,start_s,end_s,label", "video;track_id;start_frame;end_frame;label;peak_s",
    "Behavior,Start (s),Stop (s),Subject", "Time,Behavior,Status", "Shot,FrameId",
    "frame,label", "time_s\thit\tmiss",
)  # fmt: skip
CELLS = st.one_of(
    st.sampled_from(["", "?", "1", "0", "-1", "1e400", "nan", "1:02", "START", "STOP", "a,b", '"']),
    st.floats(allow_nan=True).map(str),
    st.integers(-(10**20), 10**20).map(str),
    st.text(max_size=8),
)


def _video() -> LabelledVideo:
    tracks = one_person(ACTION13, np.zeros((60, 13, 2), np.float32), 30.0)
    return LabelledVideo(("match",), tracks, tracks.frame, tracks.time)


def _read(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "labels.csv"
        path.write_bytes(content)
        complaint, found = "", {}
        try:
            found = match_labels(read_labels(path), [_video()])
        except LabelError as error:
            complaint = str(error)
        assert not complaint or "labels.csv" in complaint
        for label in (each for labels in found.values() for each in labels):
            assert label.action.track_id == 1
            assert -0.3 <= label.action.start_s <= label.action.end_s < 2.3
            assert label.action.label


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_bytes(content: bytes) -> None:
    _read(content)


@settings(max_examples=250, deadline=None)
@given(
    st.sampled_from(HEADERS),
    st.lists(st.lists(CELLS, min_size=1, max_size=6), min_size=1, max_size=6),
)
def test_tables_of_anything(header: str, rows: list[list[str]]) -> None:
    separator = next(mark for mark in "\t;," if mark in header)
    lines = [header, *(separator.join(row) for row in rows)]
    _read("\n".join(lines).encode("utf-8", "surrogatepass"))
