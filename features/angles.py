"""Joint angles in the picture plane.

Convention (Sports2D's for flexion, stated here because others differ): elbow, knee and hip angles
are flexion, 0 degrees when the limb is straight and growing to 180 as it bends; the hip bends
between the trunk (hip to shoulder of the same side) and the thigh. The shoulder angle is elevation:
0 degrees with the upper arm hanging along the trunk, 90 held out, 180 overhead. Angles are unsigned,
those of the projection on the picture, not of the body in space.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tracker.skeleton import Skeleton

FloatArray = NDArray[np.float32]

#: Angle: (start, vertex, end, True where a straight limb counts as 0 degrees).
_ANGLES = {
    "{side}_elbow": ("{side}_shoulder", "{side}_elbow", "{side}_wrist", True),
    "{side}_shoulder": ("{side}_elbow", "{side}_shoulder", "{side}_hip", False),
    "{side}_hip": ("{side}_shoulder", "{side}_hip", "{side}_knee", True),
    "{side}_knee": ("{side}_hip", "{side}_knee", "{side}_ankle", True),
}


def angle_names(skeleton: Skeleton) -> list[str]:
    """Name the angles that a layout has the joints for, for example ``right_elbow_angle``."""
    return [name for name, start, vertex, end, _ in _definitions(skeleton)]


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
    # Joints first, each in one piece: numpy is three times faster along them.
    x, y = (np.ascontiguousarray(np.moveaxis(xy[..., axis], -1, 0)) for axis in range(2))
    return {
        name: _angle(x, y, (start, vertex, end), from_straight)
        for name, start, vertex, end, from_straight in _definitions(skeleton)
    }


def _definitions(skeleton: Skeleton) -> list[tuple[str, int, int, int, bool]]:
    found = []
    for side in ("right", "left"):
        for name, (*joints, from_straight) in _ANGLES.items():
            ends = [str(joint).format(side=side) for joint in joints]
            if all(skeleton.has(end) for end in ends):
                start, vertex, end = (skeleton.index(end) for end in ends)
                found.append(
                    (f"{name.format(side=side)}_angle", start, vertex, end, bool(from_straight))
                )
    return found


def _angle(
    x: NDArray[np.floating],
    y: NDArray[np.floating],
    joints: tuple[int, int, int],
    from_straight: bool,
) -> FloatArray:
    start, vertex, end = joints
    first_x, first_y = x[start] - x[vertex], y[start] - y[vertex]
    second_x, second_y = x[end] - x[vertex], y[end] - y[vertex]
    cross = first_x * second_y - first_y * second_x
    dot = first_x * second_x + first_y * second_y
    degrees: FloatArray = np.degrees(np.arctan2(np.abs(cross), dot)).astype(np.float32)
    degrees[(cross == 0) & (dot == 0)] = np.nan
    return np.float32(180) - degrees if from_straight else degrees
