"""Several sources in one call, around a stand-in for the main job."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from posetrail import batch
from posetrail.config import Config
from posetrail.pipeline import run
from posetrail.run_folder import Run
from tracker.errors import VideoError


@pytest.fixture(autouse=True)
def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    def process(path: Path, folder: Path, *_: Any, **__: Any) -> Run:
        if path.name == "bad.mp4":
            raise VideoError("it is not a video")
        if path.name == "bug.mp4":
            raise ZeroDivisionError("a bug")
        return Run(folder)

    monkeypatch.setattr(batch, "process", process)
    monkeypatch.setattr(batch, "load_estimation", lambda *_, **__: None)
    monkeypatch.setattr(batch, "print_summary", lambda run: run.info)
    monkeypatch.setattr(batch, "print_nothing_done", lambda run: run.info)


def write(folder: Path, text: str) -> None:
    folder.mkdir(parents=True)
    (folder / "run.json").write_text(text)


def test_a_bad_source_and_a_damaged_run_stop_nobody_else(tmp_path: Path) -> None:
    write(tmp_path / "first", "{")
    write(tmp_path / "last", '{"complete": false, "source": {}, "config": {}, "counts": {}}')
    sources = ["first.mp4", "bad.mp4", "bug.mp4", "last.mp4"]
    outcomes = batch.run_all(sources, Config(), tmp_path, resume=True)
    assert [outcome.path.name for outcome in outcomes] == sources
    assert ["is not JSON" in str(outcome.error) for outcome in outcomes] == [True, *3 * [False]]
    assert "not a video" in str(outcomes[1].error)
    assert "Internal error: ZeroDivisionError" in str(outcomes[2].error)
    assert [outcome.incomplete for outcome in outcomes] == [False, False, False, True]


def test_a_path_that_is_not_there_is_said_before_the_network_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(*_: Any, **__: Any) -> None:
        raise AssertionError("the network was loaded")

    monkeypatch.setattr(batch, "load_estimation", load)
    monkeypatch.setattr("posetrail.pipeline.load_estimation", load)
    with pytest.raises(VideoError, match="There is no file"):
        batch.run_all([str(tmp_path / "missing.mp4")], Config(), None)
    with pytest.raises(VideoError, match="There is no file"):
        run(tmp_path / "missing.mp4")
    (tmp_path / "tennis.mp4").write_bytes(b"")
    with pytest.raises(VideoError, match=r"Did you mean .*tennis\.mp4\?"):
        run(tmp_path / "tenis.mp4")
