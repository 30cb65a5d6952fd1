"""A copy of a clip is the same movement, seen worse and from elsewhere."""

from __future__ import annotations

from importlib import import_module

import numpy as np

from classifiers.recordings import one_person
from features.body_scale import body_scale
from features.joints import ACTION13
from tracker.tracks import Tracks

drawn_people = import_module("action_data.drawn_people")
roughness = import_module("action_data.roughness")


def somebody() -> Tracks:
    return drawn_people.people(1)[0].tracks


def test_a_copy_is_about_as_large_and_as_long_and_shows_less() -> None:
    tracks = somebody()
    copies = [roughness.roughened(tracks, np.random.default_rng(seed)) for seed in range(20)]
    size = body_scale(tracks.xy[None].astype(float), ACTION13)[0]
    sizes = [body_scale(copy.xy[None].astype(float), ACTION13)[0] for copy in copies]
    assert 0.85 * size < np.median(sizes) < 1.2 * size
    for copy in copies:
        assert 0.75 < np.ptp(copy.time) / np.ptp(tracks.time) < 1.3
        assert np.isfinite(copy.xy).mean() < np.isfinite(tracks.xy).mean()
    assert len({copy.xy.tobytes() for copy in copies}) == 20


def test_the_same_seed_makes_the_same_copy() -> None:
    first, again = (roughness.roughened(somebody(), np.random.default_rng(5)) for _ in range(2))
    assert np.array_equal(first.xy, again.xy, equal_nan=True)


def test_the_copy_is_of_who_is_there_longest() -> None:
    walker = np.full((30, len(ACTION13), 2), 100.0, np.float32) + np.arange(13)[:, None]
    both = np.concatenate([walker, walker[:5] + 5000])
    tracks = one_person(ACTION13, both, roughness.RATE)
    tracks.track_id[30:] = 2
    assert np.nanmax(roughness.roughened(tracks, np.random.default_rng(1)).xy[..., 1]) < 1000
