"""What every feature family in features/extractors must do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from features.feature_set import FeatureSet
from features.joints import ACTION13
from features.windows import Windows
from tracker.errors import UsageError
from tracker.plugins import plugin_names
from tracker.skeleton import COCO18, Skeleton

FAMILIES = plugin_names("features.extractors")
#: Long enough for every family: one looks at the three seconds after a drop.
SPAN_S = 5.0


def windows_of(skeleton: Skeleton, count: int = 7, samples: int = 15) -> Windows:
    xy = np.random.default_rng(count).normal(300, 60, (count, samples, len(skeleton), 2))
    ids, time = np.ones(count, np.int64), np.arange(count, dtype=float)
    return Windows(skeleton, xy.astype(np.float32), ids, time, SPAN_S / samples)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("skeleton", [ACTION13, COCO18])
@pytest.mark.parametrize("samples", [15, 21])
def test_names_match_the_width_and_are_unique(
    family: str, skeleton: Skeleton, samples: int
) -> None:
    features = FeatureSet(skeleton, samples, [family])
    matrix = features.matrix(windows_of(skeleton, samples=samples))
    assert matrix.shape == (7, len(features.names))
    assert matrix.dtype == np.float32
    assert len(set(features.names)) == len(features.names)
    assert np.isfinite(matrix).all()


@pytest.mark.parametrize("family", FAMILIES)
def test_moving_and_enlarging_the_person_changes_nothing(family: str) -> None:
    windows = windows_of(ACTION13)
    moved = replace(windows, xy=windows.xy * np.float32(2) + np.float32(40))
    features = FeatureSet(ACTION13, 15, [family])
    np.testing.assert_allclose(
        features.matrix(moved), features.matrix(windows), rtol=2e-3, atol=2e-2
    )


@pytest.mark.parametrize("family", FAMILIES)
def test_missing_joints_are_missing_values(family: str) -> None:
    windows = windows_of(ACTION13)
    xy = windows.xy.copy()
    xy[0] = np.nan
    xy[1, :, ACTION13.index("right_wrist")] = np.nan
    matrix = FeatureSet(ACTION13, 15, [family]).matrix(replace(windows, xy=xy))
    assert not np.isinf(matrix).any()
    assert np.isnan(matrix[0]).any()
    np.testing.assert_array_equal(
        matrix[2:], FeatureSet(ACTION13, 15, [family]).matrix(windows[slice(2, None)])
    )


@pytest.mark.parametrize("family", FAMILIES)
def test_no_windows_give_no_rows(family: str) -> None:
    features = FeatureSet(ACTION13, 15, [family])
    assert features.matrix(windows_of(ACTION13, count=0)).shape == (0, len(features.names))


def test_blocks_give_what_single_windows_give() -> None:
    windows = windows_of(ACTION13, count=1100)
    features = FeatureSet(ACTION13, 15, FAMILIES)
    together = features.matrix(windows)
    for i in (0, 511, 512, 1099):
        np.testing.assert_allclose(
            together[i], features.matrix(windows[slice(i, i + 1)])[0], rtol=1e-5, atol=1e-5
        )


def test_a_misspelt_family_gets_a_suggestion() -> None:
    with pytest.raises(UsageError, match="Did you mean 'positions'"):
        FeatureSet(ACTION13, 15, ["postions"])


def test_other_windows_are_refused() -> None:
    with pytest.raises(ValueError, match="expected windows of 15 samples"):
        FeatureSet(ACTION13, 15, ["positions"]).matrix(windows_of(ACTION13, samples=9))
