"""Where every joint is, in torso lengths from the neck."""

from __future__ import annotations

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
    """Name the features: ``right_wrist_x_t04``."""
    return named(joint_stems(skeleton), looked_at(samples))


def extract(body: BodyWindows) -> FloatArray:
    """Measure every second sample."""
    return rows(body.xy[:, EVERY])


def in_mirror(skeleton: Skeleton, samples: int) -> Columns:
    """Give each column's own in a mirror: the other side's joint, x with the other sign."""
    return joints_in_mirror(skeleton, len(looked_at(samples)))
