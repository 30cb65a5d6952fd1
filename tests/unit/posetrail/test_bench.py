"""``posetrail bench``: the statistics, the looped clip, and the whole command with a tiny network."""

from __future__ import annotations

import json
from pathlib import Path

import av
import pytest
import typer
from typer.testing import CliRunner, Result

from posetrail.bench.clips import loop_clip
from posetrail.bench.report import Bench
from posetrail.bench.statistics import Spread, alternate, digits, ratios
from posetrail.bench.whole import WholeRuns
from posetrail.cli import InterruptedRunError
from posetrail.commands.bench import command
from tests.networks import tiny_network
from tests.videos import write_clip
from tracker.errors import EvaluationError, VideoError
from tracker.sources import SourceInfo


def test_a_spread_is_the_median_with_the_extremes() -> None:
    spread = Spread.of([4.0, 1.0, 2.0])
    assert (spread.median, spread.low, spread.high, spread.runs) == (2, 1, 4, 3)
    assert str(spread) == "2.00 (1.00 to 4.00)"
    assert str(Spread.of([31.25])) == "31.2"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (1234.5, "1234"), (56.78, "56.8"), (5.678, "5.68"), (0.5678, "0.568")],
)
def test_digits_are_three_that_count(value: float, text: str) -> None:
    assert digits(value) == text


def test_measurements_alternate_and_every_second_round_goes_backwards() -> None:
    order: list[str] = []

    def job(name: str) -> float:
        order.append(name)
        return float(len(order))

    found = alternate({name: lambda name=name: job(name) for name in "abc"}, rounds=3)
    assert "".join(order) == "abccbaabc"
    assert found["a"] == [1, 6, 7]


def test_ratios_compare_what_was_measured_in_the_same_round() -> None:
    """A machine that is twice as slow in one round changes no ratio."""
    assert ratios([10.0, 5.0], [5.0, 2.5]) == Spread(2, 2, 2, 2)


@pytest.mark.parametrize(("every", "minutes"), [(1, 150), (2, 75)])
def test_an_hour_of_which_some_frames_are_left_out_takes_less(every: int, minutes: float) -> None:
    source = SourceInfo(Path("a.mp4"), "video", 64, 48, 25.0, 1.0, 25, 0, "h264", "yuv420p", False)
    bench = Bench(source, {}, (), {}, WholeRuns({"tables": [10.0]}), every)
    assert bench.minutes_per_hour("tables") == minutes


def test_a_looped_clip_is_long_enough_and_its_times_rise(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "short.mp4", frames=12)
    seconds = loop_clip(clip, tmp_path / "long.mp4", 2.0)
    with av.open(str(tmp_path / "long.mp4")) as container:
        times = [frame.time for frame in container.decode(video=0)]
    assert seconds >= 2.0
    assert len(times) % 12 == 0
    assert times == sorted(set(times))
    assert times[-1] == pytest.approx(seconds, abs=0.3)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bench")
    network, path = tiny_network(folder, "onnx")
    (folder / "tiny.yaml").write_text(
        f"file: {path.name}\nformat: onnx\nlayout: {network.layout}\nskeleton: coco18\n"
    )
    return folder


def bench(folder: Path, *words: str) -> Result:
    app = typer.Typer()
    app.command()(command)
    model = ("--pose-model", str(folder / "tiny.yaml"), "--height", "64", "--seconds", "0.1")
    return CliRunner().invoke(app, [*words, *model])


def test_a_video_is_measured_in_every_stage(folder: Path) -> None:
    clip = write_clip(folder / "clip.mp4", frames=40)
    done = bench(folder, str(clip), "--json", str(folder / "bench.json"))
    assert done.exit_code == 0, done.output
    report = json.loads((folder / "bench.json").read_text())
    stages = ("decode", "resize", "network", "parse", "track", "write")
    assert tuple(report["stages_ms"]) == stages
    assert all(report["stages_ms"][stage]["median"] > 0 for stage in stages)
    assert {rate["engine"] for rate in report["networks"]} >= {"openvino", "onnxruntime", "opencv"}
    rates = report["frames_per_second"]
    assert all(len(rates[name]) == 2 for name in ("network", "tables", "video"))
    pairs = zip(rates["tables"], rates["network"], strict=True)
    assert report["ratio"]["high"] == pytest.approx(max(ours / alone for ours, alone in pairs))
    assert "an hour of 112 x 64 video" in done.stdout
    last = done.stdout.splitlines()[-1].split()
    assert last[:3] == ["result", "frames_per_second", str(report["result"]["frames_per_second"])]


def test_a_bad_video_is_an_error_before_any_work(folder: Path) -> None:
    (folder / "text.mp4").write_text("not a video")
    assert isinstance(bench(folder, str(folder / "text.mp4")).exception, VideoError)


def test_a_single_picture_has_no_rate(folder: Path) -> None:
    clip = write_clip(folder / "one.mp4", frames=1)
    done = bench(folder, str(clip))
    assert isinstance(done.exception, EvaluationError)
    assert "too few frames" in str(done.exception)


def test_an_interruption_is_not_taken_for_an_engine_that_cannot_run(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise InterruptedRunError("Interrupted.")

    clip = write_clip(folder / "clip.mp4", frames=40)
    monkeypatch.setattr("posetrail.bench.networks.timed", interrupted)
    assert isinstance(bench(folder, str(clip)).exception, InterruptedRunError)


@pytest.mark.parametrize("words", [("--config", "tennis"), ("--skip", "2")])
def test_runs_are_measured_with_the_options_of_run(folder: Path, words: tuple[str, str]) -> None:
    clip = write_clip(folder / "clip.mp4", frames=40)
    done = bench(folder, str(clip), *words)
    assert done.exit_code == 0, done.output
    assert "result frames_per_second" in done.stdout
