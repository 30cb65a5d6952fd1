"""Joint angles in degrees and their rates in degrees a second."""

from __future__ import annotations

import numpy as np

from features.angles import angle_names, joint_angles
from features.extractors._samples import EVERY, FloatArray, looked_at, named, rows
from features.normalise import BodyWindows
from tracker.skeleton import Skeleton


def names(skeleton: Skeleton, samples: int) -> list[str]:
    """Name the features: ``right_elbow_angle_t04`` and ``right_elbow_angle_rate_t04``."""
    stems = angle_names(skeleton)
    at = looked_at(samples)
    return named(stems, at) + named([f"{stem}_rate" for stem in stems], at[:-1])


def extract(body: BodyWindows) -> FloatArray:
    """Measure every second sample and the steps between them; the layout has arms or legs."""
    angles = joint_angles(body.skeleton, body.xy[:, EVERY])
    values = np.stack(list(angles.values()), axis=-1)
    rates = np.diff(values, axis=1) / np.float32(2 * body.spacing_s)
    return np.concatenate([rows(values), rows(rates)], axis=1)
