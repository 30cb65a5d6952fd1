"""Windows of anybody at any rate: nothing is invented, nothing moves in time."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.recordings import one_person
from features.joints import ACTION13
from features.windows import WindowSettings, cut_windows, windows_at


@settings(max_examples=25, deadline=None)
@given(
    rate=st.floats(8, 120),
    seconds=st.floats(0.5, 3),
    missing=st.floats(0, 0.6),
    samples=st.integers(3, 20),
    seed=st.integers(0, 1000),
)
def test_samples_lie_between_what_was_seen(
    rate: float, seconds: float, missing: float, samples: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    rows = max(int(rate * seconds), 2)
    xy = rng.uniform(0, 100, (rows, len(ACTION13), 2)).astype(np.float32)
    xy[rng.random((rows, len(ACTION13))) < missing] = np.nan
    tracks = one_person(ACTION13, xy, rate)
    cut = WindowSettings(samples=samples, stride=1, min_seen=0.0)
    windows = cut_windows(tracks, cut)
    seen = windows.xy[np.isfinite(windows.xy)]
    assert ((seen >= -1e-3) & (seen <= 100 + 1e-3)).all()
    again = windows_at(tracks, cut, windows.track_id, windows.time)
    np.testing.assert_allclose(again.xy, windows.xy, atol=1e-2)
    assert (np.diff(windows.time) > 0).all()
