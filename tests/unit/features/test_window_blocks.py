"""Windows cut a minute at a time are those cut all at once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from features import window_blocks as blocks
from features.windows import Windows, WindowSettings, _PeopleAxis, cut_windows
from tracker.skeleton import COCO18
from tracker.tracks import Tracks


def people(seed: int) -> Tracks:
    """Two people at a varying rate for 20 s, unseen now and then for a moment or for seconds."""
    rng = np.random.default_rng(seed)
    time = np.cumsum(rng.uniform(0.02, 0.05, 600))
    frame = np.arange(600)
    keep = rng.random((600, 2)) < 0.9
    for person in (0, 1):
        for gap in rng.integers(0, 560, 6).tolist():
            keep[gap : gap + int(rng.integers(5, 80)), person] = False
    rows, person = np.nonzero(keep)
    xy = rng.uniform(0, 500, (len(rows), len(COCO18), 2)).astype(np.float32)
    score = np.ones(xy.shape[:2], np.float32)
    hidden = rng.random(score.shape) < 0.1
    xy[hidden], score[hidden] = np.nan, np.nan
    state = np.zeros(len(rows), np.uint8)
    return Tracks(COCO18, frame[rows], time[rows], person + 1, xy, score, state)


@pytest.mark.parametrize("min_seen", [0.0, 0.3])
@pytest.mark.parametrize("seed", range(8))
def test_windows_in_blocks_are_those_at_once(
    seed: int, min_seen: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "BLOCK_S", 1.7)
    tracks, settings = people(seed), WindowSettings(min_seen=min_seen)
    whole = cut_windows(tracks, settings)
    parts: list[Windows] = blocks.map_window_blocks(lambda part: part, tracks, settings)
    assert len(parts) > 15
    np.testing.assert_array_equal(np.concatenate([part.track_id for part in parts]), whole.track_id)
    np.testing.assert_array_equal(np.concatenate([part.time for part in parts]), whole.time)
    together = np.concatenate([part.xy for part in parts])
    np.testing.assert_allclose(together, whole.xy, atol=1e-2)


def test_nobody_has_no_windows() -> None:
    assert blocks.map_window_blocks(len, Tracks.empty(COCO18), WindowSettings()) == []


def test_a_long_absence_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Minutes in which a person is away are not cut, and those about them not with the absence."""
    tracks, settings = people(0), WindowSettings()
    time = tracks.time + np.where(tracks.time > 10, 7200.0, 0.0)
    away = replace(tracks, time=time)
    moments: list[int] = []
    sample = _PeopleAxis.sample

    def counted(
        axis: _PeopleAxis, person: NDArray[np.intp], wanted: NDArray[np.float64]
    ) -> NDArray[np.float32]:
        moments.append(len(wanted))
        return sample(axis, person, wanted)

    monkeypatch.setattr(_PeopleAxis, "sample", counted)
    parts = blocks.map_window_blocks(lambda part: part, away, settings)
    assert sum(map(len, parts)) > 300
    assert sum(moments) * settings.spacing_s < 8 * blocks.BLOCK_S
