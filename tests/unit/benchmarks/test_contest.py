"""The contest: contestants take turns, and one that cannot take part is a line, not a crash."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks.contest import Contestant, contest
from tests.networks import tiny_network
from tests.videos import write_clip


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("network")
    network, path = tiny_network(folder, "onnx")
    described = folder / "tiny.yaml"
    described.write_text(
        f"file: {path.name}\nformat: onnx\nlayout: {network.layout}\nskeleton: coco18\n"
    )
    return str(described)


def test_everybody_who_can_is_measured_in_every_round(tmp_path: Path, model: str) -> None:
    clip = write_clip(tmp_path / "clip.mp4", frames=40)
    contestants = [
        Contestant("ours", "ours", {"model": model}),
        Contestant("tutorial", "tutorial", {"model": model}),
        Contestant("nobody", "no_such_contestant"),
        Contestant("broken", "tutorial", {"model": model, "runner": "no_such_runner"}),
    ]
    found = contest(contestants, clip, tmp_path / "work", rounds=2, seconds=0.05)
    assert {name: len(values) for name, values in found.rates.items()} == {"ours": 2, "tutorial": 2}
    assert all(rate > 0 for values in found.rates.values() for rate in values)
    assert found.versions["tutorial"].startswith("openvino 20")
    assert "no_such_contestant" in found.missing["nobody"]
    assert found.missing["broken"] == "KeyError"
    assert "no_such_runner" in (tmp_path / "work" / "broken" / "log.txt").read_text()


def test_a_contestant_runs_where_its_needs_are_met(tmp_path: Path) -> None:
    """An interpreter that is broken is passed over; the reason of the last one is told."""
    clip = write_clip(tmp_path / "clip.mp4")
    pythons = ("/bin/false", sys.executable)
    found = contest([Contestant("nobody", "nobody")], clip, tmp_path, pythons=pythons)
    assert "contestants.nobody" in found.missing["nobody"]
    found = contest([Contestant("nobody", "nobody")], clip, tmp_path, pythons=pythons[:1])
    assert found.missing["nobody"] == "it gave no answer"
