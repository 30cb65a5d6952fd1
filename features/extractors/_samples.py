"""What several families share: which samples are looked at, and how their features are named."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tracker.skeleton import Skeleton

FloatArray = NDArray[np.float32]
#: Which column stands for each one in a mirror, and with which sign.
Columns = tuple[NDArray[np.intp], FloatArray]

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


def joints_in_mirror(skeleton: Skeleton, samples: int) -> Columns:
    """Give the mirror's columns of x and y of every joint, for so many samples: x changes its sign."""
    columns = np.arange(samples * len(skeleton) * 2).reshape(samples, len(skeleton), 2)
    sign = np.tile(np.array([-1, 1], np.float32), samples * len(skeleton))
    return columns[:, skeleton.mirror].ravel(), sign


def stems_in_mirror(partners: list[int], samples: int) -> Columns:
    """Give the mirror's columns of a value per stem and sample, by each stem's partner on the other side."""
    columns = np.arange(samples * len(partners)).reshape(samples, len(partners))
    return columns[:, partners].ravel(), np.ones(columns.size, np.float32)
