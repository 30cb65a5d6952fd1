"""Runs that are finished: asked for again, drawn again, tracked again."""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from posetrail import annotation, naming, retracking, run_tables
from posetrail.annotation import redraw
from posetrail.config import Config, load_config
from posetrail.json_files import read_json, write_json
from posetrail.pipeline import process
from posetrail.retracking import retrack
from posetrail.run_folder import OLD_VIDEO, open_run
from posetrail.run_lock import held
from tests.blobs import FRAMES, estimation
from tracker.errors import OutputError, VideoError
from tracker.tables import read_poses_provenance
from tracker.video import open_source


def test_tables_say_where_they_come_from(clip: Path, config: Config, tmp_path: Path) -> None:
    run = process(clip, tmp_path / "run", config, estimation())
    origin = read_poses_provenance(run.poses_path)
    assert origin["source"] == str(clip)
    assert origin["network"] == "blob"
    assert run.tracks.provenance.items() >= origin.items()


def test_resuming_a_finished_run_leaves_it_alone(
    clip: Path, config: Config, tmp_path: Path
) -> None:
    first = process(clip, tmp_path / "run", config, estimation())
    before = first.json_path.stat().st_mtime_ns
    again = estimation()
    process(clip, tmp_path / "run", config, again, resume=True)
    assert again.estimator.calls == 0  # type: ignore[attr-defined]
    assert first.json_path.stat().st_mtime_ns == before


def test_a_finished_run_is_not_the_result_for_a_replaced_video(
    clip: Path, config: Config, tmp_path: Path
) -> None:
    images = tmp_path / "images"
    shutil.copytree(clip, images)
    run = process(images, tmp_path / "run", config, estimation())
    os.utime(images, (1, 1))
    with pytest.raises(OutputError, match="earlier state of this source"):
        process(images, run.folder, config, estimation(), resume=True)


def test_a_finished_run_is_not_the_result_for_other_models_of_the_same_path(
    clip: Path, config: Config, tmp_path: Path
) -> None:
    first = replace(estimation(), facts={"network": "blob", "sha256": "1"})
    run = process(clip, tmp_path / "run", config, first)
    process(clip, run.folder, config, first, resume=True)
    trained = replace(estimation(), facts={"network": "blob", "sha256": "2"})
    with pytest.raises(OutputError, match="another network"):
        process(clip, run.folder, config, trained, resume=True)
    info = {**run.info, "action_model": {"name": "strokes", "sha256": "3"}}
    write_json(run.json_path, info)
    with pytest.raises(OutputError, match="another action model"):
        process(clip, run.folder, config, first, resume=True)
    write_json(run.json_path, {**run.info, retracking.WAS_COMPLETE: True})
    with pytest.raises(OutputError, match=r"interrupted\. Finish it with posetrail track"):
        process(clip, run.folder, config, first, resume=True)


def test_the_second_video_of_an_estimator_does_not_count_the_time_of_the_first(
    clip: Path, config: Config, tmp_path: Path
) -> None:
    shared = estimation()
    shared.estimator.timings["network"] = 100.0
    run = process(clip, tmp_path / "run", config, shared)
    assert run.info["timings"]["network_s"] == 0


def pictures(path: Path) -> list[NDArray[np.uint8]]:
    return [frame.image for frame in open_source(path)]


def test_a_run_is_drawn_anew_from_its_tables(clip: Path, config: Config, tmp_path: Path) -> None:
    """Drawn again, the same file; after an edit, another picture with the name in it."""
    run = process(clip, tmp_path / "run", config, estimation())
    first = run.video_path.read_bytes()
    redraw(open_run(run.folder))
    assert run.video_path.read_bytes() == first

    before = pictures(run.video_path)
    (run.folder / "edits.yaml").write_text("- {name: 1, as: Ana}\n")
    named = retrack(run, config)
    assert OLD_VIDEO in named.info["warnings"]
    assert run.video_path.read_bytes() == first
    redraw(named)
    drawn = open_run(run.folder)
    assert OLD_VIDEO not in drawn.info["warnings"]
    changed = [(a != b).any() for a, b in zip(before, pictures(run.video_path), strict=True)]
    assert all(changed)


def test_a_run_is_drawn_only_into_its_own_video(clip: Path, config: Config, tmp_path: Path) -> None:
    images = tmp_path / "images"
    shutil.copytree(clip, images)
    run = process(images, tmp_path / "run", config, estimation())
    shutil.rmtree(images)
    with pytest.raises(VideoError, match=r"not there any more\. Say with --source"):
        redraw(run)
    other = tmp_path / "other"
    other.mkdir()
    cv2.imwrite(str(other / "0.png"), np.zeros((64, 64, 3), np.uint8))
    with pytest.raises(VideoError, match="made of a video of 160 x 120"):
        redraw(run, source=other)
    redraw(run, source=clip, what=["skeleton"])
    assert open_run(run.folder).info["config"]["output"]["draw"] == ["skeleton"]


def test_names_are_in_the_tables(clip: Path, config: Config, tmp_path: Path) -> None:
    run = process(clip, tmp_path / "run", config, estimation())
    with run.people_list_path.open() as file:
        (person,) = csv.DictReader(file)
    assert (person["track_id"], person["name"], person["seen"]) == ("1", "", str(FRAMES))
    assert (run.people_path / person["file"]).is_file()
    (run.folder / "edits.yaml").write_text("- {name: 1, as: 'Nadal, Rafael'}\n")
    with run.people_list_path.open() as file:
        assert next(csv.DictReader(file))["name"] == ""
    named = retrack(run, config)
    with run.people_list_path.open() as file:
        assert next(csv.DictReader(file))["name"] == "Nadal, Rafael"
    assert named.names == {1: "Nadal, Rafael"}
    assert named.info["edits"] == ["name: 1, as: Nadal, Rafael"]
    assert named.info["timings"]["track_again_s"] > 0
    assert run.actions_path.read_text().splitlines()[0].endswith(",score,name")


def test_a_folder_that_another_run_writes_in_is_refused(
    clip: Path, config: Config, tmp_path: Path
) -> None:
    with (
        held(tmp_path / "run"),
        pytest.raises(OutputError, match=rf"being written by process {os.getpid()} on "),
    ):
        process(clip, tmp_path / "run", config, estimation())
    process(clip, tmp_path / "run", config, estimation())


@pytest.mark.parametrize("job", ["draw", "track", "name"])
def test_what_another_process_wrote_meanwhile_is_kept(
    job: str, clip: Path, config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between opening the run and getting the lock another process may have finished its own job."""
    run = process(clip, tmp_path / "run", config, estimation())
    module = {"draw": annotation, "track": retracking, "name": naming}[job]

    @contextmanager
    def late(folder: Path) -> Iterator[None]:
        write_json(run.json_path, {**read_json(run.json_path), "meanwhile": 1})
        with held(folder):
            yield
            written = read_json(run.json_path)
            assert written["meanwhile"] == 1
        write_json(run.json_path, {**written, "afterwards": 1})

    monkeypatch.setattr(module, "held", late)
    assert run.info["complete"] is True  # read before the lock
    if job == "draw":
        redraw(run)
    elif job == "track":
        retrack(run, config)
    else:
        model = SimpleNamespace(card=SimpleNamespace(name="none", model_sha256="0" * 64))
        monkeypatch.setattr(naming, "name_actions", lambda *_: [])
        naming.name_again(run, model, config.actions)  # type: ignore[arg-type]
    assert read_json(run.json_path)["afterwards"] == 1


def test_tracking_again_that_is_interrupted_says_so_until_it_is_done(
    clip: Path, config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = process(clip, tmp_path / "run", config, estimation())

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(run_tables, "write_actions_csv", interrupted)
        with pytest.raises(KeyboardInterrupt):
            retrack(run, config)
    left = open_run(run.folder)
    assert left.info["complete"] is False
    assert retracking.MIXED in left.info["warnings"]
    done = retrack(left, config)
    assert done.info["complete"] is True
    assert done.info["warnings"] == [OLD_VIDEO]
    assert retracking.WAS_COMPLETE not in done.info


def test_people_seen_but_not_followed_are_not_called_nobody(clip: Path, tmp_path: Path) -> None:
    image = tmp_path / "image"
    image.mkdir()
    shutil.copy(clip / "000.png", image)
    config = load_config(overrides={"video.fps": 20.0, "output.video": False})
    run = process(image, tmp_path / "run", config, estimation())
    assert run.info["counts"]["detections"] == 1
    assert run.info["warnings"] == [run_tables.UNFOLLOWED]
    assert retrack(run, config).info["warnings"] == [run_tables.UNFOLLOWED]
