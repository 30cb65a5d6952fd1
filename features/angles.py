"""Joint angles in the picture plane.

Convention (Sports2D's for flexion, stated here because others differ): elbow, knee and hip angles
are flexion, 0 degrees when the limb is straight and growing to 180 as it bends; the hip bends
between the trunk (hip to shoulder of the same side) and the thigh. The shoulder angle is elevation:
0 degrees with the upper arm hanging along the trunk, 90 held out, 180 overhead. Angles are unsigned,
those of the projection on the picture, not of the body in space.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tracker.skeleton import Skeleton

FloatArray = NDArray[np.float32]
Numbers = NDArray[np.intp]
Mask = NDArray[np.bool_]

#: Angle: (start, vertex, end, True where a straight limb counts as 0 degrees).
_ANGLES = {
    "{side}_elbow": ("{side}_shoulder", "{side}_elbow", "{side}_wrist", True),
    "{side}_shoulder": ("{side}_elbow", "{side}_shoulder", "{side}_hip", False),
    "{side}_hip": ("{side}_shoulder", "{side}_hip", "{side}_knee", True),
    "{side}_knee": ("{side}_hip", "{side}_knee", "{side}_ankle", True),
}


def angle_names(skeleton: Skeleton) -> list[str]:
    """Name the angles that a layout has the joints for, for example ``right_elbow_angle``."""
    return list(_definitions(skeleton)[0])


def joint_angles(skeleton: Skeleton, xy: NDArray[np.floating]) -> dict[str, FloatArray]:
    """Measure elbows, shoulders, hips and knees.

    Parameters
    ----------
    skeleton : Skeleton
        The layout of the keypoints.
    xy : float array, shape (..., keypoints, 2)
        Places in pixels or any unit with square pixels, NaN where missing.

    Returns
    -------
    dict of str to float32 array, shape (...)
        Degrees from 0 to 180 by name (``right_elbow_angle``); NaN where a joint is missing or two
        joints of an angle coincide. The convention is the module's.
    """
    # Joints first, each in one piece, and all angles at once: numpy is three times faster along them.
    names, starts, vertices, ends, from_straight = _definitions(skeleton)
    x, y = np.ascontiguousarray(xy.T)
    first_x, first_y = x[starts] - x[vertices], y[starts] - y[vertices]
    second_x, second_y = x[ends] - x[vertices], y[ends] - y[vertices]
    cross = first_x * second_y - first_y * second_x
    dot = first_x * second_x + first_y * second_y
    degrees: FloatArray = np.degrees(np.arctan2(np.abs(cross), dot)).astype(np.float32)
    degrees[(cross == 0) & (dot == 0)] = np.nan
    degrees[from_straight] = np.float32(180) - degrees[from_straight]
    return {name: each.T for name, each in zip(names, degrees, strict=True)}


@lru_cache
def _definitions(skeleton: Skeleton) -> tuple[tuple[str, ...], Numbers, Numbers, Numbers, Mask]:
    """Give the angles' names, the numbers of their joints, and which count from a straight limb."""
    found = []
    for side in ("right", "left"):
        for name, (*joints, from_straight) in _ANGLES.items():
            ends = [str(joint).format(side=side) for joint in joints]
            if all(skeleton.has(end) for end in ends):
                numbers = [skeleton.index(end) for end in ends]
                found.append((f"{name.format(side=side)}_angle", *numbers, bool(from_straight)))
    names = tuple(str(name) for name, *_ in found)
    starts, vertices, ends_ = (np.array([each[i] for each in found], np.intp) for i in (1, 2, 3))
    return names, starts, vertices, ends_, np.array([each[4] for each in found], np.bool_)
