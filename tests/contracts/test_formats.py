"""Every file format: write, read back, equal; hostile input gives a clear error."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from tracker.boxes import box_keypoints
from tracker.errors import FormatError
from tracker.plugins import load_plugin, plugin_names
from tracker.skeleton import BODY25, BOX, COCO17, COCO18, Skeleton
from tracker.tracking import tracks_from_ids
from tracker.tracks import Tracks

FORMATS = plugin_names("tracker.formats")
LAYOUTS = {
    "openpose_json": (COCO18, BODY25),
    "coco_results": (COCO17,),
    "motchallenge": (BOX,),
}
NAMES = {"openpose_json": "walk", "coco_results": "walk.json", "motchallenge": "walk.txt"}
CASES = [(name, skeleton) for name in FORMATS for skeleton in LAYOUTS[name]]
FPS = 25.0


def example(skeleton: Skeleton) -> Tracks:
    rng = np.random.default_rng(4)
    frame = np.array([0, 0, 1, 4, 4], np.int64)
    xy = rng.integers(1, 900, (5, len(skeleton), 2)).astype(np.float32)
    score = rng.integers(1, 9, (5, len(skeleton))).astype(np.float32) / 10
    if skeleton is BOX:
        corners = rng.integers(1, 400, (5, 2))
        xy = box_keypoints(np.hstack([corners, corners + np.array([40, 90])]).astype(float))
        score = np.repeat(score[:, :1], len(BOX), axis=1)
    else:
        xy[1, 3], score[1, 3] = np.nan, np.nan
    ids = np.array([1, 2, 1, 1, 2], np.int64)
    return Tracks(skeleton, frame, frame / FPS, ids, xy, score, np.zeros(5, np.uint8))


def module(name: str) -> ModuleType:
    return load_plugin("tracker.formats", name)


@pytest.mark.parametrize(("name", "skeleton"), CASES)
def test_what_is_written_comes_back(name: str, skeleton: Skeleton, tmp_path: Path) -> None:
    tracks, path = example(skeleton), tmp_path / NAMES[name]
    module(name).write(path, tracks)
    assert module(name).recognises(path)
    recording = module(name).read(path, fps=FPS)
    back = tracks_from_ids(recording.table, recording.ids)
    assert len(recording.table) == 5
    for column in ("frame", "time", "track_id"):
        assert (getattr(back, column) == getattr(tracks, column)).all()
    np.testing.assert_allclose(back.xy, tracks.xy, atol=0.01)
    np.testing.assert_allclose(back.score, tracks.score, atol=1e-4)


@pytest.mark.parametrize(("name", "skeleton"), CASES)
def test_no_rate_is_assumed(name: str, skeleton: Skeleton, tmp_path: Path) -> None:
    path = tmp_path / NAMES[name]
    module(name).write(path, example(skeleton))
    with pytest.raises(FormatError, match="--fps"):
        module(name).read(path)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    "content", ["", "{", "[[[", "null", "[1, 2]", "a,b,c\n", "\x00\x01", "[" * 9999]
)
def test_hostile_text_is_a_format_error(name: str, content: str, tmp_path: Path) -> None:
    path = tmp_path / NAMES[name]
    if name == "openpose_json":
        path.mkdir()
        (path / "walk_000000000000_keypoints.json").write_text(content)
    else:
        path.write_text(content)
    if content == "" and name == "motchallenge":
        assert len(module(name).read(path, fps=FPS).table.xy) == 0
        return
    with pytest.raises(FormatError, match="walk"):
        module(name).read(path, fps=FPS)
