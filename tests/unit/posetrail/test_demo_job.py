from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NoReturn

import pytest
from typer.testing import CliRunner

from posetrail.cli import build_app
from posetrail.demo import job
from posetrail.demo.truth import Comparison
from posetrail.progress import Silent
from posetrail.run_folder import Run
from tracker.errors import ModelFetchError, OutputError


def no_network(*_: Any, **__: Any) -> NoReturn:
    raise ModelFetchError("No network is present.", hint="Connect and run posetrail models fetch.")


def test_without_a_network_nothing_is_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "load_estimation", no_network)
    folder = tmp_path / "demo"
    result = CliRunner().invoke(build_app(), ["demo", "--output", str(folder)])
    assert isinstance(result.exception, ModelFetchError)
    assert result.exception.exit_code == 4
    assert not folder.exists()


def test_an_earlier_run_is_not_written_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "load_estimation", lambda *_, **__: None)
    (tmp_path / "run.json").write_text("{}")
    with pytest.raises(OutputError, match="already holds a run"):
        job.play(tmp_path, Silent())
    assert not (tmp_path / job.CLIP).exists()


def test_the_command_prints_the_figures_and_writes_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    comparison = Comparison({1: 0.95, 2: 1.0}, 0.0821, 1, {1: [2, 3], 2: [1]})
    played = job.Demo(Run(tmp_path), tmp_path / job.CLIP, comparison)
    monkeypatch.setattr(job, "play", lambda *_, **__: played)
    monkeypatch.setattr("posetrail.summary.print_summary", lambda _: None)
    figures = tmp_path / "figures.json"
    result = CliRunner().invoke(build_app(), ["demo", "--json", str(figures)])
    last = result.output.splitlines()[-1]
    assert last.startswith("result found 0.9500 found_1 0.9500 found_2 1.0000 error_torsos 0.0821")
    assert last.endswith("id_switches 1")
    assert "near player (person 2, then 3 above): found in 95.0% of the frames" in result.output
    assert "far player (person 1 above): found" in result.output
    assert "strokes: not compared" in result.output
    assert json.loads(figures.read_text())["id_switches"] == 1


def test_both_players_of_a_short_clip_are_found(
    tmp_path: Path, shared_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The main job, video to network to tracker, on one second; no actions are asked for."""
    without_video = job.load_config(None, overrides={"output.video": False, "pose.height": 368})
    monkeypatch.setattr(job, "load_config", lambda *_, **__: without_video)
    demo = job.play(tmp_path / "run", Silent(), seconds=1.0, models_dir=shared_data / "models")
    assert min(demo.comparison.found.values()) >= 0.9
    assert demo.comparison.id_switches == 0
    assert demo.comparison.error < 0.2
    assert demo.clip.is_file()
    assert (tmp_path / "run" / job.TRUTH).is_file()
