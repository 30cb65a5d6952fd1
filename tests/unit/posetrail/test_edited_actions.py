"""Naming actions again: with the run's own model, and without losing corrections."""

from __future__ import annotations

from pathlib import Path

import pytest

from posetrail.run_folder import open_run
from tests.scenes import Walker, film, straight, times
from tests.unit.posetrail.test_retracking import call
from tracker.errors import UsageError
from tracker.formats import openpose_json
from tracker.tracking import track

MINE = "1,0.1,0.5,,,,wave,\n"


@pytest.fixture
def run(tmp_path: Path) -> Path:
    table, _ = film([Walker(straight(100, 300, 90)), Walker(straight(700, 300, 5))], times("30", 2))
    openpose_json.write(tmp_path / "match", track(table))
    call("track", tmp_path / "match", "-o", tmp_path / "run", "--fps", "30", "--config", "falls")
    return tmp_path / "run"


def test_actions_corrected_by_hand_are_kept(run: Path) -> None:
    actions = run / "actions.csv"
    assert "kept as" not in call("track", run) + call("predict", run)
    expected = {"track": "actions_edited.csv", "predict": "actions_edited_2.csv"}
    for command, kept in expected.items():
        corrected = actions.read_text() + MINE
        actions.write_text(corrected)
        assert call(command, run).count(f"kept as {kept}") == 1
        assert (run / kept).read_text() == corrected
        assert "wave" not in actions.read_text()
    assert "kept as" not in call("predict", run) + call("track", run)
    assert not (run / "actions_edited_3.csv").exists()


def test_predict_uses_the_runs_own_model_and_shows_what_it_found(run: Path) -> None:
    call("track", run, "--set", "actions.falls.min_drop=0.7")
    said = call("predict", run)
    assert "0 actions of 0 people (falls)" in said
    assert "no actions found" in said
    settings = open_run(run).info["config"]["actions"]
    assert (settings["model"], settings["falls"]["min_drop"]) == ("falls", 0.7)


def test_predict_needs_a_model_where_the_run_has_none(tmp_path: Path, run: Path) -> None:
    call("track", tmp_path / "match", "-o", tmp_path / "bare", "--fps", "30")
    with pytest.raises(UsageError, match="made without one"):
        call("predict", tmp_path / "bare")
