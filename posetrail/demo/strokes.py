"""How a right-handed player swings: key poses around the moment of contact, joined smoothly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import PchipInterpolator

from posetrail.demo.camera import Array, unit

#: Columns of a key pose: seconds from contact; right hand, left hand and racket direction, each
#: (right, forward, up) from between the shoulders, hands in statures; twist, lean, tilt in radians;
#: how deep the knees bend, in statures.
KeyPose = tuple[float, ...]

READY: KeyPose = (
    0.0, 0.09, 0.19, -0.17, -0.07, 0.20, -0.15, -0.35, 0.75, 0.45, 0.0, 0.28, 0.0, 0.045,
)  # fmt: skip

STROKES: dict[str, tuple[KeyPose, ...]] = {
    "forehand": (
        (-0.55, 0.24, 0.02, -0.06, 0.08, 0.22, -0.08, 0.45, -0.55, 0.70, 0.75, 0.15, 0.02, 0.05),
        (-0.28, 0.30, -0.08, -0.12, 0.10, 0.26, -0.06, 0.50, -0.85, 0.05, 1.00, 0.15, 0.08, 0.07),
        (-0.08, 0.29, 0.08, -0.18, -0.02, 0.20, -0.08, 0.75, -0.60, -0.20, 0.35, 0.15, 0.08, 0.06),
        (0.00, 0.24, 0.21, -0.13, -0.10, 0.13, -0.09, 0.95, 0.25, 0.05, 0.00, 0.15, 0.05, 0.05),
        (0.12, 0.04, 0.29, 0.02, -0.15, 0.10, -0.10, 0.10, 0.85, 0.50, -0.45, 0.14, 0.0, 0.04),
        (0.30, -0.14, 0.15, 0.06, -0.14, 0.09, -0.09, -0.75, -0.30, 0.55, -0.75, 0.12, 0.0, 0.035),
    ),
    "backhand": (
        (-0.55, -0.13, 0.12, -0.12, -0.22, 0.07, -0.11, -0.60, -0.25, 0.75, -0.80, 0.18, 0.0, 0.05),
        (-0.28, -0.19, 0.05, -0.18, -0.28, 0.00, -0.16, -0.75, -0.60, 0.10, -1.00, 0.18, 0.0, 0.07),
        (-0.08, -0.15, 0.14, -0.20, -0.22, 0.10, -0.18, -0.85, -0.40, -0.20, -0.50, 0.18, 0.0, 0.06),
        (0.00, -0.09, 0.23, -0.14, -0.15, 0.19, -0.12, -0.90, 0.35, 0.05, -0.25, 0.16, 0.0, 0.05),
        (0.12, 0.08, 0.27, 0.00, 0.00, 0.27, 0.00, 0.00, 0.80, 0.60, 0.20, 0.14, 0.0, 0.04),
        (0.30, 0.18, 0.16, 0.08, 0.10, 0.18, 0.08, 0.65, -0.40, 0.60, 0.55, 0.12, 0.0, 0.035),
    ),
    "serve": (
        (-1.10, 0.10, 0.17, -0.12, 0.02, 0.22, -0.12, -0.10, 0.85, 0.40, 0.55, 0.10, 0.0, 0.02),
        (-0.65, 0.20, -0.02, -0.14, 0.02, 0.18, 0.12, 0.45, -0.70, 0.10, 0.85, -0.05, 0.1, 0.05),
        (-0.32, 0.21, -0.06, 0.04, -0.03, 0.12, 0.24, 0.00, -0.30, 0.95, 0.90, -0.16, 0.12, 0.07),
        (-0.10, 0.15, -0.02, 0.12, -0.12, 0.14, -0.02, 0.30, -0.60, -0.60, 0.30, 0.00, -0.12, 0.01),
        (0.00, 0.10, 0.08, 0.30, -0.10, 0.10, -0.12, 0.00, 0.15, 0.98, -0.05, 0.12, -0.18, -0.01),
        (0.14, -0.06, 0.27, -0.02, -0.10, 0.06, -0.14, -0.10, 0.70, -0.70, -0.50, 0.42, -0.05, 0.03),
        (0.34, -0.20, 0.14, -0.24, -0.12, 0.02, -0.12, -0.50, -0.30, -0.80, -0.60, 0.40, 0.0, 0.04),
    ),
}  # fmt: skip

#: Seconds before and after contact in which the player stands ready again.
AROUND = (-0.95, 0.85)
#: A serve begins long before its contact.
SERVE_LEAD = -1.45


@dataclass(frozen=True)
class Hit:
    """A stroke that meets the ball.

    Parameters
    ----------
    time : float
        Seconds at contact.
    stroke : str
        A key of `STROKES`.
    x : float
        Where the player stands at contact, metres along the baseline.
    """

    time: float
    stroke: str
    x: float


@dataclass(frozen=True)
class Swing:
    """The upper body, frame by frame, as seen from the hips (see `Posture`)."""

    right: Array
    left: Array
    racket: Array
    twist: Array
    lean: Array
    tilt: Array
    crouch: Array


def swing_at(hits: Sequence[Hit], times: Array) -> Swing:
    """Join the key poses of all strokes by a smooth curve.

    Parameters
    ----------
    hits : sequence of Hit
        The strokes in order.
    times : float array, shape (frames,)
        Seconds.
    """
    keys = [(times[0] - 5.0, *READY[1:]), (times[-1] + 5.0, *READY[1:])]
    for hit in hits:
        lead = SERVE_LEAD if hit.stroke == "serve" else AROUND[0]
        keys += [(hit.time + offset, *pose) for offset, *pose in STROKES[hit.stroke]]
        keys += [(hit.time + offset, *READY[1:]) for offset in (lead, AROUND[1])]
    table = np.array(sorted(keys))
    curve = np.asarray(PchipInterpolator(table[:, 0], table[:, 1:])(times))
    return Swing(
        curve[:, 0:3],
        curve[:, 3:6],
        unit(curve[:, 6:9]),
        curve[:, 9],
        curve[:, 10],
        curve[:, 11],
        curve[:, 12],
    )
