"""`scripts/measure_memory.py`: growth and peak against the plan's limits, and a tiny run watched."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from scripts.measure_memory import Watched, figures, verdict, watch
from tests.networks import tiny_network
from tests.videos import write_clip


def watched(minutes: float, peak: float, people: float = 5) -> Watched:
    return Watched(minutes, np.array([100.0, peak, 120.0]), int(1800 * minutes), people)


def test_growth_is_that_of_the_peaks() -> None:
    values = figures([watched(5, 300), watched(20, 330)])
    assert values["peak_mb"] == 330
    assert values["mb_per_video_minute"] == 2.0
    assert verdict(values) == (
        "peak within the limit: 330 of 600 MB; growth within the limit: 2 of 3 MB a minute"
    )


def test_the_limit_goes_with_the_people_and_too_much_is_said() -> None:
    assert "growth ABOVE the limit: 4 of 3" in verdict(figures([watched(5, 300), watched(20, 360)]))
    crowd = figures([watched(5, 300, 10), watched(20, 360, 10)])
    assert "growth within the limit: 4 of 6" in verdict(crowd)
    one = figures([watched(5, 300, 1), watched(20, 330, 1)])
    assert "growth ABOVE the limit: 2 of 0.6" in verdict(one)


def test_one_length_has_a_peak_and_no_growth() -> None:
    assert verdict(figures([watched(5, 700)])) == "peak ABOVE the limit: 700 of 600 MB"


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_a_run_is_watched(tmp_path: Path) -> None:
    network, path = tiny_network(tmp_path, "onnx")
    model = tmp_path / "tiny.yaml"
    model.write_text(
        f"file: {path.name}\nformat: onnx\nlayout: {network.layout}\nskeleton: coco18\n"
    )
    clip = write_clip(tmp_path / "clip.mp4", frames=12)
    run = watch(clip, 0.02, ["--no-video", "--height", "64", "--pose-model", str(model)])
    assert run.minutes >= 0.02
    assert run.frames % 12 == 0
    assert run.peak > 50
