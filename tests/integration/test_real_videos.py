"""Frame counts and times of real clips equal a walk through the container's packets."""

from __future__ import annotations

from pathlib import Path
from zlib import crc32

import pytest

from tests.videos import packet_times
from tracker.video import open_source

VIDEOS = Path(__file__).resolve().parents[3] / "shared" / "data" / "videos"
CLIPS = sorted(path for path in VIDEOS.glob("*") if path.is_file())


@pytest.mark.skipif(not CLIPS, reason="the development data ../shared/data is absent")
@pytest.mark.parametrize("path", CLIPS, ids=lambda path: path.stem)
def test_counts_and_times_equal_the_packet_walk(path: Path) -> None:
    with open_source(path) as source:
        frames = [(frame.index, frame.time) for frame in source]
    assert [time for _, time in frames] == packet_times(path)
    assert [index for index, _ in frames] == list(range(len(frames)))
    assert source.problems == []
    assert source.warnings == []


@pytest.mark.skipif(not CLIPS, reason="the development data ../shared/data is absent")
@pytest.mark.parametrize("path", CLIPS, ids=lambda path: path.stem)
def test_a_late_start_gives_the_frames_that_decoding_everything_gives(path: Path) -> None:
    with open_source(path) as source:
        start = 0.6 * (source.info.duration or 2.0)

    def frames(**options: float) -> list[tuple[int, float, int]]:
        with open_source(path, end=start + 0.2, **options) as source:  # type: ignore[arg-type]
            chosen = [frame for frame in source if frame.time >= start]
            return [(frame.index, frame.time, crc32(frame.image)) for frame in chosen]

    assert frames(start=start) == frames() != []
