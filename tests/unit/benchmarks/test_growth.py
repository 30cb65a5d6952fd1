"""`make growth`: the tables and the plots of what grew."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.growth import Grown, sections
from benchmarks.growth_plots import plot


@pytest.fixture
def grown() -> tuple[Grown, Grown, Grown]:
    crowd, pictures, videos = Grown([], {}), Grown([], {}), Grown([], {})
    for number in (1, 10, 100):
        crowd.add(number, parse=0.5 + 0.07 * number, track=0.3)
    for height in (360, 720, 1080, 2160):
        pictures.add(height, decode=height / 500, resize=1.5, network=40, parse=1)
    for minutes in (1.0, 60.0):
        after = {"track and write": 0.5 * minutes}
        videos.add(minutes, whole=5 * minutes, frames=600 * minutes, detections=1200, **after)
    return crowd, pictures, videos


def test_the_tables_have_a_row_for_every_size(grown: tuple[Grown, Grown, Grown]) -> None:
    people, sizes, lengths = sections(*grown)
    assert people.rows[-1] == ("100", "7.50", "0.300")
    assert sizes.columns == ("height", "decode ms", "resize ms", "network ms", "parse ms")
    assert sizes.rows[0] == ("360", "0.720", "1.50", "40.0", "1.00")
    assert lengths.rows[1] == ("60", "36000", "1200", "300", "8.33", "0.833")


def test_the_plot_is_small_and_always_the_same(
    tmp_path: Path, grown: tuple[Grown, Grown, Grown]
) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is in the extra bench")
    first, second = tmp_path / "a.svg", tmp_path / "b.svg"
    plot(first, *grown)
    plot(second, *grown)
    assert first.read_bytes() == second.read_bytes()
    assert first.stat().st_size < 100_000
    assert "people in the frame" in first.read_text()
