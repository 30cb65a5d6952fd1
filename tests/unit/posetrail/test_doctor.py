"""``posetrail doctor``: every section, the JSON, and the exit code."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from posetrail import health
from posetrail.commands.doctor import command

FILE = "openpose_mobilenet_thin.pb"


def doctor(folder: Path, *words: str) -> Result:
    app = typer.Typer()
    app.command()(command)
    return CliRunner().invoke(app, ["--models-dir", str(folder), *words])


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "TIMED_S", 0.1)


def test_a_machine_that_can_work(tmp_path: Path, shared_data: Path) -> None:
    shutil.copy(shared_data / "models" / FILE, tmp_path / FILE)
    done = doctor(tmp_path, "--json", str(tmp_path / "health.json"))
    assert done.exit_code == 0, done.output
    titles = ("Versions", "Machine", "Engines", "Networks", "Video", "The network, timed")
    assert all(title in done.stdout for title in titles)
    assert "sha256 checked" in done.stdout
    report = json.loads((tmp_path / "health.json").read_text())
    assert report["problems"] == []
    assert report["inference"]["frames_per_second"] > 0
    assert "libx264" in report["codecs"]["h264_encoders"]
    assert {engine["name"] for engine in report["engines"]} == {"openvino", "onnxruntime", "opencv"}


def test_a_network_that_is_not_here_yet_is_a_note(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("posetrail.resources.models_dir", lambda: manifest_only(tmp_path))
    done = doctor(tmp_path / "models")
    assert done.exit_code == 0
    assert "posetrail models fetch" in done.stdout


def test_a_damaged_network_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("posetrail.resources.models_dir", lambda: manifest_only(tmp_path))
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "net.onnx").write_bytes(b"not it")
    done = doctor(tmp_path / "models")
    assert done.exit_code == 1
    assert "problem: " in done.stdout
    assert "damaged" in done.stdout


def test_a_missing_encoder_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("posetrail.resources.models_dir", lambda: manifest_only(tmp_path))
    monkeypatch.setattr(health, "H264_ENCODERS", ("no_such_encoder",))
    done = doctor(tmp_path / "models")
    assert done.exit_code == 1
    assert "There is no H.264 encoder" in done.stdout


def manifest_only(folder: Path) -> Path:
    shipped = folder / "shipped"
    shipped.mkdir(exist_ok=True)
    (shipped / "manifest.yaml").write_text(
        "default: net\nnetworks:\n  net:\n    file: net.onnx\n    format: onnx\n    skeleton: coco18\n"
        f"    sha256: '{'0' * 64}'\n    source: {{url: 'https://a.example/net.onnx'}}\n"
    )
    return shipped
