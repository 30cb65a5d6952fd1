"""What is measured in a mirror is what was measured, in another order."""

from __future__ import annotations

import numpy as np
import pytest

from features.feature_set import FeatureSet
from features.joints import ACTION13
from features.mirroring import mirrored
from features.windows import Windows
from tracker.skeleton import COCO18, Skeleton

KNOWN = ("positions", "velocities", "angles", "distances", "statistics")


def windows_of(skeleton: Skeleton, samples: int = 15, seed: int = 0) -> Windows:
    """Random bodies, joints missing here and there, in whole windows, and some bodies altogether."""
    rng = np.random.default_rng(seed)
    xy = rng.uniform(0, 500, (60, samples, len(skeleton), 2)).astype(np.float32)
    xy[rng.random(xy.shape[:3]) < 0.15] = np.nan
    xy[np.broadcast_to(rng.random((60, 1, len(skeleton))) < 0.2, xy.shape[:3])] = np.nan
    xy[:2] = np.nan
    return Windows(skeleton, xy, np.ones(60, np.int64), np.arange(60.0), 1 / 30)


@pytest.mark.parametrize("skeleton", [ACTION13, COCO18])
@pytest.mark.parametrize("samples", [15, 4])
@pytest.mark.parametrize("families", [*((each,) for each in KNOWN), KNOWN, ("angles", "posture")])
def test_columns_in_a_mirror_are_those_of_mirrored_windows(
    skeleton: Skeleton, samples: int, families: tuple[str, ...]
) -> None:
    features = FeatureSet(skeleton, samples, families)
    windows = windows_of(skeleton, samples)
    matrix = features.matrix(windows)
    found = features.matrix_in_mirror(windows, matrix)
    np.testing.assert_array_equal(found, features.matrix(mirrored(windows)))
    assert not np.array_equal(found, matrix, equal_nan=True)


@pytest.mark.parametrize("skeleton", [ACTION13, COCO18])
def test_a_mirror_in_a_mirror_shows_what_is(skeleton: Skeleton) -> None:
    windows = windows_of(skeleton)
    np.testing.assert_array_equal(mirrored(mirrored(windows)).xy, windows.xy)
