"""Joint angles in degrees and their rates in degrees a second."""

from __future__ import annotations

import numpy as np

from features.angles import angle_names, joint_angles
from features.extractors._samples import (
    EVERY,
    Columns,
    FloatArray,
    looked_at,
    named,
    rows,
    stems_in_mirror,
)
from features.normalise import BodyWindows
from tracker.skeleton import Skeleton, other_side


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


def in_mirror(skeleton: Skeleton, samples: int) -> Columns:
    """Give each column's own in a mirror: the same angle of the other side."""
    stems = angle_names(skeleton)
    partners = [stems.index(other_side(stem)) for stem in stems]
    steps = len(looked_at(samples))
    values, rates = (stems_in_mirror(partners, count) for count in (steps, steps - 1))
    order = np.concatenate([values[0], len(values[0]) + rates[0]])
    return order, np.concatenate([values[1], rates[1]])
