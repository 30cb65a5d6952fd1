"""How fast every joint moves against the neck, in torso lengths a second."""

from __future__ import annotations

import numpy as np

from features.extractors._samples import (
    EVERY,
    Columns,
    FloatArray,
    joint_stems,
    joints_in_mirror,
    looked_at,
    named,
    rows,
)
from features.normalise import BodyWindows
from tracker.skeleton import Skeleton


def names(skeleton: Skeleton, samples: int) -> list[str]:
    """Name the features: ``right_wrist_v_x_t04``, the time is where the step begins."""
    return named(joint_stems(skeleton, "_v"), looked_at(samples)[:-1])


def extract(body: BodyWindows) -> FloatArray:
    """Measure the steps between the samples that are looked at."""
    step_s = np.float32(2 * body.spacing_s)
    return rows(np.diff(body.xy[:, EVERY], axis=1) / step_s)


def in_mirror(skeleton: Skeleton, samples: int) -> Columns:
    """Give each column's own in a mirror: the other side's joint, x with the other sign."""
    return joints_in_mirror(skeleton, len(looked_at(samples)) - 1)
