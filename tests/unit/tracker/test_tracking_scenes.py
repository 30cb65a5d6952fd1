"""Crossings, occlusions and re-entries with known identities: zero switches at any frame rate."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.scenes import Walker, film, straight, switches, times
from tracker.centroid import TrackerSettings
from tracker.poses import PoseTable
from tracker.tracking import track

SCENES = {
    "crossing": [Walker(straight(100, 300, 110)), Walker(straight(760, 310, -110))],
    "crossing, one hidden": [
        Walker(straight(100, 300, 110)),
        Walker(straight(760, 306, -110), hidden=((2.7, 3.3),)),
    ],
    "crossing of four": [
        Walker(straight(100, 300, 110)),
        Walker(straight(760, 310, -110), height=150),
        Walker(straight(430, 60, 0, 80), height=140, hidden=((2.9, 3.2),)),
        Walker(straight(420, 560, 5, -80), height=170),
    ],
    "overtaking": [Walker(straight(100, 300, 130)), Walker(straight(280, 312, 70), height=150)],
    "occlusion": [
        Walker(straight(100, 300, 120), hidden=((2.0, 2.8),)),
        Walker(straight(330, 280, 3), height=200),
    ],
    "re-entry": [
        Walker(straight(300, 300, 20), hidden=((2.0, 3.2),)),
        Walker(straight(700, 300, -15)),
    ],
    "there and back": [
        Walker(lambda t: np.stack([400 + 250 * np.sin(t), 300 + 0 * t], axis=1)),
        Walker(lambda t: np.stack([400 - 250 * np.sin(t), 325 + 0 * t], axis=1), height=175),
    ],
}


@cache
def filmed(scene: str, rate: str) -> tuple[PoseTable, NDArray[np.int64]]:
    return film(SCENES[scene], times(rate, 5.5))


@pytest.mark.parametrize("online", [True, False], ids=["online", "offline"])
@pytest.mark.parametrize("rate", ["30", "60", "variable"])
@pytest.mark.parametrize("scene", SCENES)
def test_nobody_changes_the_id(scene: str, rate: str, online: bool) -> None:
    table, truth = filmed(scene, rate)
    tracks = track(table, TrackerSettings(online=online))
    changes, lost = switches(tracks, table, truth)
    assert changes == 0
    assert lost < (0.08 if online else 0.02)  # live, nobody is shown before the confirmation
    assert len(tracks.ids) == len(SCENES[scene])
