"""Where every joint is, in torso lengths from the neck."""

from __future__ import annotations

from features.extractors._samples import EVERY, FloatArray, joint_stems, looked_at, named, rows
from features.normalise import BodyWindows
from tracker.skeleton import Skeleton


def names(skeleton: Skeleton, samples: int) -> list[str]:
    """Name the features: ``right_wrist_x_t04``."""
    return named(joint_stems(skeleton), looked_at(samples))


def extract(body: BodyWindows) -> FloatArray:
    """Measure every second sample."""
    return rows(body.xy[:, EVERY])
