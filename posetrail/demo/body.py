"""From what a player does to where the joints are: two-bone limbs between trunk, hands and feet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from posetrail.demo.camera import UP, Array, unit

#: A joint's name to its places, shape (frames, 3), metres.
Joints = dict[str, Array]


@dataclass(frozen=True)
class Proportions:
    """Lengths of a body as shares of its stature (after Drillis and Contini 1966, rounded)."""

    trunk: float = 0.288
    half_shoulders: float = 0.104
    half_hips: float = 0.056
    upper_arm: float = 0.172
    forearm: float = 0.146
    thigh: float = 0.245
    shank: float = 0.242
    ankle: float = 0.042
    head: float = 0.113


PROPORTIONS = Proportions()


@dataclass(frozen=True)
class Posture:
    """What a body does, frame by frame; places in the world, directions seen from the body.

    Parameters
    ----------
    pelvis : float array, shape (frames, 3)
        Between the hips.
    heading : float array, shape (frames,)
        Where the hips face, radians: 0 along y, growing to the right.
    twist : float array, shape (frames,)
        How far the shoulders turn to the right of the hips, radians.
    lean, tilt : float array, shape (frames,)
        How far the trunk leans forward and to the right, radians.
    gaze : float array, shape (frames, 3)
        The place the eyes look at.
    hands : dict of str to float array, shape (frames, 3)
        ``right`` and ``left``: the wrist seen from between the shoulders, in (right, forward, up)
        of the hips, in statures.
    feet : dict of str to float array, shape (frames, 3)
        ``right`` and ``left``: the ground under the ankle.
    """

    pelvis: Array
    heading: Array
    twist: Array
    lean: Array
    tilt: Array
    gaze: Array
    hands: dict[str, Array]
    feet: dict[str, Array]


def joints_of(posture: Posture, stature: float) -> Joints:
    """Place every joint.

    Parameters
    ----------
    posture : Posture
        What the body does.
    stature : float
        Height of the person in metres.

    Returns
    -------
    dict of str to float array, shape (frames, 3)
        The COCO-18 keypoints, and ``*_toe``, ``*_hand``, ``head``, ``crown``, ``pelvis``.
    """
    size = {name: share * stature for name, share in vars(PROPORTIONS).items()}
    forward, right = _level_axes(posture.heading)
    spine = unit(
        UP + forward * np.tan(posture.lean)[:, None] + right * np.tan(posture.tilt)[:, None]
    )
    neck = posture.pelvis + spine * size["trunk"]
    across = _level_axes(posture.heading + posture.twist)[1]
    across = unit(across - spine * (across * spine).sum(axis=1, keepdims=True))
    joints = {"pelvis": posture.pelvis, "neck": neck}
    for side, sign in (("right", 1.0), ("left", -1.0)):
        shoulder = neck + sign * across * size["half_shoulders"]
        hip = posture.pelvis + sign * right * size["half_hips"]
        wanted = neck + _in_world(posture.hands[side] * stature, right, forward)
        outward = -UP - 0.5 * forward + sign * 0.8 * right
        elbow, wrist = bend(shoulder, wanted, outward, size["upper_arm"], size["forearm"])
        foot = posture.feet[side] + UP * size["ankle"]
        knee, ankle = bend(hip, foot, forward + sign * 0.25 * right, size["thigh"], size["shank"])
        splay = unit(forward + sign * 0.35 * right)
        joints |= {
            f"{side}_shoulder": shoulder,
            f"{side}_elbow": elbow,
            f"{side}_wrist": wrist,
            f"{side}_hand": wrist + unit(wrist - elbow) * 0.055 * stature,
            f"{side}_hip": hip,
            f"{side}_knee": knee,
            f"{side}_ankle": ankle,
            f"{side}_toe": ankle + splay * 0.095 * stature - UP * size["ankle"] * 0.5,
        }
    return joints | _head(neck, spine, posture.gaze, stature)


def bend(
    root: Array, wanted: Array, pole: Array, first: float, second: float
) -> tuple[Array, Array]:
    """Bend a limb of two bones so that its end comes to a place, or as near as it reaches.

    Parameters
    ----------
    root, wanted : float array, shape (frames, 3)
        Where the limb begins and where its end should be.
    pole : float array, shape (frames, 3)
        The direction to which the middle joint points.
    first, second : float
        Lengths of the bones.

    Returns
    -------
    middle, end : float array, shape (frames, 3)
        The joints.
    """
    direction = unit(wanted - root)
    reach = np.linalg.norm(wanted - root, axis=1, keepdims=True)
    reach = np.clip(reach, abs(first - second) * 1.02 + 1e-6, (first + second) * 0.995)
    along = (first**2 - second**2 + reach**2) / (2 * reach)
    aside = np.sqrt(np.maximum(first**2 - along**2, 0))
    side = unit(pole - direction * (pole * direction).sum(axis=1, keepdims=True))
    return root + direction * along + side * aside, root + direction * reach


def _head(neck: Array, spine: Array, gaze: Array, stature: float) -> Joints:
    middle = neck + unit(spine + UP) * PROPORTIONS.head * stature
    forward = unit(gaze - middle)
    right = unit(np.cross(forward, UP))
    up = np.cross(right, forward)
    centre = middle + forward * 0.012 * stature

    def place(x: float, y: float, z: float) -> Array:
        return centre + (right * x + forward * y + up * z) * stature

    return {
        "head": centre,
        "crown": place(0, -0.010, 0.030),
        "chin": place(0, 0.026, -0.050),
        "nose": place(0, 0.062, -0.006),
        "right_eye": place(0.0185, 0.047, 0.014),
        "left_eye": place(-0.0185, 0.047, 0.014),
        "right_ear": place(0.043, -0.004, 0.0),
        "left_ear": place(-0.043, -0.004, 0.0),
        "mouth": place(0, 0.049, -0.030),
        "face": forward,
    }


def _level_axes(heading: Array) -> tuple[Array, Array]:
    sin, cos, zero = np.sin(heading), np.cos(heading), np.zeros_like(heading)
    return np.stack([sin, cos, zero], axis=1), np.stack([cos, -sin, zero], axis=1)


def _in_world(seen: Array, right: Array, forward: Array) -> Array:
    return right * seen[:, :1] + forward * seen[:, 1:2] + UP * seen[:, 2:]


def in_world(seen: Array, heading: Array) -> Array:
    """Turn directions seen from the hips (right, forward, up) into the world, shape (frames, 3)."""
    forward, right = _level_axes(heading)
    return _in_world(seen, right, forward)
