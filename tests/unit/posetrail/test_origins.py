"""Runs of one video are known as such, and never split between learning and judging."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from posetrail.config import load_config
from posetrail.origins import origins, source_of, videos_of
from posetrail.progress import Silent
from posetrail.retracking import track_recording
from posetrail.run_folder import Run
from posetrail.training import train
from posetrail.training_material import gather
from tracker.errors import UsageError
from tracker.formats import coco_results
from tracker.skeleton import COCO17
from tracker.tracks import Tracks

RATE = 15.0
HEAD = "track_id,start_s,end_s,label,match\n"


def _make_run(folder: Path, seed: int) -> Run:
    rng = np.random.default_rng(seed)
    rows = 150
    standing = np.random.default_rng(0).normal(300, 40, (17, 2))
    xy = (standing + rng.normal(0, 0.5, (rows, 17, 2))).astype(np.float32)
    score = np.full(xy.shape[:2], 0.9, np.float32)
    frame, ids = np.arange(rows), np.ones(rows, np.int64)
    tracks = Tracks(COCO17, frame, frame / RATE, ids, xy, score, np.zeros(rows, np.uint8))
    poses = folder.parent / f"{folder.name}.json"
    coco_results.write(poses, tracks)
    return track_recording(poses, folder, load_config(), fps=RATE)


def _label(run: Run, match: str) -> None:
    rows = f"1,2,3,up,{match}\n1,4,5,down,{match}\n1,6,7,up,{match}\n1,8,9,down,{match}\n"
    (run.folder / "labels.csv").write_text(HEAD + rows)


@pytest.fixture
def runs(tmp_path: Path) -> list[Run]:
    """Two videos, the second one tracked again into a third folder."""
    one, two = (_make_run(tmp_path / name, seed) for seed, name in enumerate(("one", "two")))
    again = track_recording(two.folder, tmp_path / "again", load_config())
    for run, match in zip((one, two, again), ("a", "b", "c"), strict=True):
        _label(run, match)
    return [one, two, again]


def test_a_copy_of_a_video_is_the_same_video(runs: list[Run]) -> None:
    one, two, _ = runs
    for run in (one, two):  # as runs of videos, of other networks
        facts = {"size": 369428, "width": 1280, "height": 720, "duration": 3.16, "kind": "video"}
        run.info["source"].update(facts)
    assert len(set(origins(one)) & set(origins(two))) == 1
    assert set(videos_of({"one": origins(one), "two": origins(two)}).values()) == {"one"}
    two.info["source"]["size"] += 1
    assert not set(origins(one)) & set(origins(two))


def test_a_run_tracked_again_is_of_the_same_video(runs: list[Run]) -> None:
    one, two, again = runs
    assert source_of(again) == source_of(two) != source_of(one)
    assert origins(again) == origins(two)
    assert not set(origins(one)) & set(origins(two))


def test_sharing_is_passed_on_whatever_the_order() -> None:
    known = {"c": ("3", "2"), "a": ("1",), "d": ("9",), "b": ("1", "2")}
    assert videos_of(known) == {"c": "c", "a": "c", "d": "d", "b": "c"}
    assert videos_of({}) == {}


def test_two_runs_of_one_video_are_one_group(runs: list[Run]) -> None:
    material = gather([run.folder for run in runs])
    groups = {each.name: each.group for each in material.recordings}
    assert groups == {"one/1": "one", "two/1": "two", "again/1": "two"}
    only = train(gather([run.folder for run in runs[1:]]), "x", load_config(), Silent())
    assert only.facts.judged is None
    assert "one group" in only.facts.split


@pytest.mark.parametrize("group_by", ["person", "match"])
def test_other_groups_may_not_part_a_video(runs: list[Run], group_by: str) -> None:
    with pytest.raises(UsageError, match=f"two and again are of one video, but {group_by} puts"):
        gather([run.folder for run in runs], group_by=group_by)
    _label(runs[2], "b")
    if group_by == "match":
        assert len(gather([run.folder for run in runs], group_by=group_by).recordings) == 3


def test_a_model_knows_its_video_tracked_again_and_from_another_part(runs: list[Run]) -> None:
    config = load_config()
    card = train(gather([runs[1].folder]), "x", config, Silent()).model.card
    learnt, new = gather([runs[2].folder]).recordings[0], gather([runs[0].folder]).recordings[0]
    other_keypoints = replace(learnt, tracks=learnt.tracks.rows(learnt.tracks.time > 1))
    assert other_keypoints.digest not in card.trained_on
    assert card.knows(other_keypoints)
    assert card.knows(replace(other_keypoints, origins=learnt.origins[:1]))
    assert card.knows(replace(learnt, origins=()))
    assert not card.knows(new)


def test_skipped_rows_say_nothing_about_hands(runs: list[Run], tmp_path: Path) -> None:
    table = tmp_path / "all.csv"
    table.write_text("video,track_id,start_s,end_s,label,hand\none,1,2,3,up,\ngone,1,2,3,up,left\n")
    assert not gather([table, runs[0].folder], skip_missing=True).handed
    table.write_text(table.read_text().replace("up,\n", "up,left\n"))
    assert gather([table, runs[0].folder], skip_missing=True).handed
