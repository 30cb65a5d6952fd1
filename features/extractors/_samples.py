"""What several families share: which samples are looked at, and how their features are named."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tracker.skeleton import Skeleton

FloatArray = NDArray[np.float32]

#: Every second sample is looked at: neighbours say nearly the same and cost time and sharpness.
EVERY = slice(0, None, 2)


def looked_at(samples: int) -> list[int]:
    """List the numbers of the samples that are looked at."""
    return list(range(samples))[EVERY]


def named(stems: list[str], samples: list[int]) -> list[str]:
    """Name a value per sample and stem: ``right_wrist_x_t04``, sample by sample."""
    return [f"{stem}_t{sample:02d}" for sample in samples for stem in stems]


def joint_stems(skeleton: Skeleton, suffix: str = "") -> list[str]:
    """Name x and y of every joint."""
    return [f"{joint}{suffix}_{axis}" for joint in skeleton.keypoints for axis in "xy"]


def rows(values: FloatArray) -> FloatArray:
    """Flatten everything but the windows, keeping empty input well shaped."""
    return values.reshape(len(values), int(np.prod(values.shape[1:], dtype=np.int64)))
