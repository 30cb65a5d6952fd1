"""Windows cut a minute at a time are those cut all at once."""

from __future__ import annotations

import numpy as np
import pytest

from features import window_blocks as blocks
from features.windows import Windows, WindowSettings, cut_windows
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


@pytest.mark.parametrize("seed", range(8))
def test_windows_in_blocks_are_those_at_once(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "BLOCK_S", 1.7)
    tracks, settings = people(seed), WindowSettings()
    whole = cut_windows(tracks, settings)
    parts: list[Windows] = list(blocks.window_blocks(tracks, settings))
    assert len(parts) > 15
    np.testing.assert_array_equal(np.concatenate([part.track_id for part in parts]), whole.track_id)
    np.testing.assert_array_equal(np.concatenate([part.time for part in parts]), whole.time)
    together = np.concatenate([part.xy for part in parts])
    np.testing.assert_allclose(together, whole.xy, atol=1e-2)


def test_nobody_has_no_windows() -> None:
    assert list(blocks.window_blocks(Tracks.empty(COCO18), WindowSettings())) == []
