"""Feet that stand still while they bear weight and step while the body moves on."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from posetrail.demo.camera import UP, Array

#: Seconds from one step of a foot to its next.
STEP_S = 0.44
#: Share of that time in which the foot is in the air.
AIR = 0.45
#: Metres that a foot rises in a long step.
LIFT = 0.09


def feet_at(times: Array, path: Callable[[Array], Array], stance: Array, phase: float) -> Array:
    """Place one foot.

    Parameters
    ----------
    times : float array, shape (frames,)
        Seconds.
    path : callable
        Seconds (n,) to the ground under the pelvis (n, 3).
    stance : float array, shape (3,)
        From there to the foot when the player stands.
    phase : float
        When the foot steps, as a share of the cycle; the other foot's differs by a half.

    Returns
    -------
    float array, shape (frames, 3)
        The ground under the ankle, higher than 0 in a step.
    """
    cycle = times / STEP_S - phase
    number = np.floor(cycle)
    progress = np.clip((cycle - number - (1 - AIR)) / AIR, 0, 1)
    # A foot lands where the body will be in the middle of the time it then bears weight.
    ahead = (1 - AIR) / 2
    start = path((number + phase + ahead) * STEP_S) + stance
    end = path((number + 1 + phase + ahead) * STEP_S) + stance
    smooth = progress**2 * (3 - 2 * progress)
    length = np.linalg.norm(end - start, axis=1)
    rise = LIFT * np.sin(np.pi * progress) * np.clip(length / 0.25, 0.12, 1)
    foot: Array = start + (end - start) * smooth[:, None] + UP * rise[:, None]
    return foot
