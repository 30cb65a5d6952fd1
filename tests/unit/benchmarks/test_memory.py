"""`scripts/measure_memory.py`: growth and peak against the plan's limits, and a tiny run watched."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from scripts.measure_memory import Watched, figures, verdict, watch
from tests.networks import tiny_network
from tests.videos import write_clip


def watched(minutes: float, *fifths: float, people: float = 5, peak: float = 300.0) -> Watched:
    megabytes = np.repeat(np.array(fifths, float), 20)
    return Watched(minutes, megabytes, peak, int(1800 * minutes), people)


def test_growth_is_that_within_the_longest_run_without_its_start() -> None:
    values = figures([watched(1, 100, 250, 310, peak=310), watched(20, 400, 270, 280, 290, 298)])
    assert values["peak_mb"] == 310
    assert values["mb_per_video_minute"] == 2.0
    assert verdict(values) == (
        "peak within the limit: 310 of 600 MB; growth within the limit: 2 of 3 MB a minute"
    )


def test_a_short_peak_at_the_end_counts() -> None:
    run = watched(10, 100, 270, 270, 270, 270)
    run.megabytes[-3] = 312
    assert run.growth == pytest.approx(6.0)


def test_the_limit_goes_with_the_people_and_too_much_is_said() -> None:
    rising = 100, 272, 286, 300, 314
    assert "growth ABOVE the limit: 4 of 3" in verdict(figures([watched(15, *rising)]))
    crowd = figures([watched(15, *rising, people=10)])
    assert "growth within the limit: 4 of 6" in verdict(crowd)
    one = figures([watched(30, *rising, people=1)])
    assert "growth ABOVE the limit: 2 of 0.6" in verdict(one)


def test_a_short_run_has_a_peak_and_no_growth() -> None:
    assert verdict(figures([watched(1, 700, peak=700)])) == "peak ABOVE the limit: 700 of 600 MB"


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
