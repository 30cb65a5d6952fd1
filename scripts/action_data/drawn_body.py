"""A body of sticks in space: joint angles to 13 joints; postures of standing, lying, exercise."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from features.joints import ACTION13

Array = NDArray[np.float64]
Random = np.random.Generator
Posture = dict[str, float]

#: Lengths in torsos.
_HALF_SHOULDERS, _HALF_HIPS, _UPPER_ARM, _FOREARM, _THIGH, _SHANK = 0.36, 0.2, 0.6, 0.52, 0.85, 0.82
_NOSE = np.array([0.0, 0.33, 0.12])
SIDES = ("right", "left")
#: Angles in degrees: the trunk leans forward (pitch) and sideways (roll); an arm hangs at 0 and
#: points forward at 90; hips and knees are straight at 0.
ANGLES = (
    *("pitch", "roll", "head"),
    *(
        f"{side}_{angle}"
        for side in SIDES
        for angle in ("arm", "arm_out", "elbow", "hip", "leg_out", "knee")
    ),
)


def joints(angle: Mapping[str, Array]) -> Array:
    """Place the 13 joints of `features.joints.ACTION13`, shape (frames, 13, 3): x left, y up, z forward.

    Each angle has shape (frames,).
    """
    places = np.zeros((len(angle["pitch"]), len(ACTION13), 3))
    trunk = turned("z", angle["roll"]) @ turned("x", angle["pitch"])
    neck = trunk[..., 1]
    places[:, ACTION13.index("nose")] = neck + trunk @ turned("x", angle["head"]) @ _NOSE
    for side, sign in zip(SIDES, (-1, 1), strict=True):
        arm = (
            trunk
            @ turned("z", sign * angle[f"{side}_arm_out"])
            @ turned("x", -angle[f"{side}_arm"])
        )
        leg = (
            trunk
            @ turned("z", sign * angle[f"{side}_leg_out"])
            @ turned("x", -angle[f"{side}_hip"])
        )
        forearm = arm @ turned("x", -angle[f"{side}_elbow"])
        shank = leg @ turned("x", angle[f"{side}_knee"])
        shoulder = neck + sign * _HALF_SHOULDERS * trunk[..., 0]
        hip = sign * _HALF_HIPS * trunk[..., 0]
        elbow, knee = shoulder - _UPPER_ARM * arm[..., 1], hip - _THIGH * leg[..., 1]
        chain = {
            "shoulder": shoulder,
            "elbow": elbow,
            "wrist": elbow - _FOREARM * forearm[..., 1],
            "hip": hip,
            "knee": knee,
            "ankle": knee - _SHANK * shank[..., 1],
        }
        for joint, place in chain.items():
            places[:, ACTION13.index(f"{side}_{joint}")] = place
    return places


def turned(axis: str, degrees: Array | float) -> Array:
    """Give the matrix of a turn about an axis, or one for each of an array of angles."""
    angle = np.radians(degrees)
    first, second = {"x": (1, 2), "y": (2, 0), "z": (0, 1)}[axis]
    matrix = np.zeros((*np.shape(angle), 3, 3)) + np.eye(3)
    matrix[..., first, first] = matrix[..., second, second] = np.cos(angle)
    matrix[..., first, second], matrix[..., second, first] = -np.sin(angle), np.sin(angle)
    return matrix


def standing(rng: Random) -> Posture:
    """Stand, arms hanging somehow."""
    posture = {"pitch": rng.normal(3, 5), "roll": rng.normal(0, 3), "head": rng.normal(5, 10)}
    for side in SIDES:
        posture |= {
            f"{side}_arm": rng.uniform(-15, 35),
            f"{side}_arm_out": rng.uniform(3, 20),
            f"{side}_elbow": abs(rng.normal(15, 25)),
            f"{side}_hip": rng.normal(3, 5),
            f"{side}_leg_out": rng.uniform(0, 8),
            f"{side}_knee": abs(rng.normal(4, 5)),
        }
    return posture


def on_the_floor(rng: Random) -> Posture:
    """Lie, sit, curl up or be on all fours."""
    way = rng.choice(["prone", "supine", "side", "sit", "fours", "curl"], p=_WAYS_DOWN)
    posture = _arms_anywhere(standing(rng), rng) | {"head": rng.normal(0, 15)}
    over = rng.choice([-1, 1])
    if way == "prone":
        return _legs(posture, rng, 0, 20) | {"pitch": rng.normal(88, 8)}
    if way == "supine":
        return _legs(posture, rng, 25, 45) | {"pitch": rng.normal(-85, 10)}
    if way == "side":
        tilt = {"roll": over * rng.normal(84, 10), "pitch": rng.normal(0, 15)}
        return _legs(posture, rng, 30, 40) | tilt
    if way == "sit":
        return _legs(posture, rng, 75, 30) | {"pitch": rng.normal(-20, 18)}
    if way == "curl":
        tilt = {"roll": over * rng.normal(75, 12), "pitch": rng.normal(35, 15)}
        return _legs(posture, rng, 80, 90) | tilt
    arms = {f"{side}_arm": rng.normal(80, 15) for side in SIDES}
    return _legs(posture, rng, 75, 95) | arms | {"pitch": rng.normal(75, 14)}


_WAYS_DOWN = (0.25, 0.2, 0.25, 0.12, 0.1, 0.08)


def crouching(rng: Random, depth: float = 1.0) -> Posture:
    """Squat."""
    return _legs(standing(rng), rng, 85 * depth, 95 * depth) | {"pitch": rng.normal(25, 10)}


def bending(rng: Random) -> Posture:
    """Bend down over straight or nearly straight legs."""
    pitch = rng.uniform(50, 100)
    arms = {f"{side}_arm": rng.uniform(40, 120) for side in SIDES}
    legs = _legs(standing(rng), rng, pitch + rng.normal(0, 8), rng.uniform(0, 30))
    return legs | arms | {"pitch": pitch}


def seated(rng: Random) -> Posture:
    """Sit on a chair."""
    return _legs(standing(rng), rng, 88, 88) | {"pitch": rng.normal(0, 10)}


def kneeling(rng: Random) -> Posture:
    """Kneel, on one knee or both."""
    posture = _legs(standing(rng), rng, 20, 100) | {"pitch": rng.normal(15, 12)}
    return posture | {"right_hip": float(rng.choice([15, 85]))}


def lunging(rng: Random) -> Posture:
    """Throw or bowl: one leg in front, the other behind or in the air, the trunk bent forward."""
    pitch = rng.uniform(10, 100)
    front, back = rng.permutation(SIDES)
    return _arms_anywhere(standing(rng), rng) | {
        "pitch": pitch,
        f"{front}_hip": pitch + rng.normal(40, 15),
        f"{front}_knee": rng.normal(70, 20),
        f"{back}_hip": pitch - rng.uniform(-10, 90),
        f"{back}_knee": rng.uniform(5, 90),
    }


def pushing_up(rng: Random, *, low: bool) -> Posture:
    """Hold the ends of a push-up."""
    posture = _legs(standing(rng), rng, 3, 6)
    posture |= {"pitch": rng.normal(84 if low else 70, 4), "head": rng.normal(-20, 15)}
    for side in SIDES:
        posture |= {
            f"{side}_arm": rng.normal(20 if low else 78, 8),
            f"{side}_arm_out": rng.uniform(0, 40 if low else 12),
            f"{side}_elbow": rng.normal(95, 15) if low else abs(rng.normal(5, 6)),
            f"{side}_leg_out": rng.uniform(0, 5),
        }
    return posture


def sitting_up(rng: Random, *, low: bool) -> Posture:
    """Hold the ends of a sit-up."""
    posture = _legs(standing(rng), rng, 40 if low else 95, 85)
    posture["pitch"] = rng.normal(-85, 5) if low else rng.normal(-15, 15)
    for side in SIDES:
        posture |= {f"{side}_arm": rng.uniform(60, 160), f"{side}_elbow": rng.uniform(40, 130)}
    return posture


#: Harmless ways down of somebody who stood.
HARMLESS: dict[str, Callable[[Random], Posture]] = {
    "bend": bending,
    "squat": crouching,
    "sit": seated,
    "kneel": kneeling,
    "lunge": lunging,
    "lie": on_the_floor,
}


def _legs(posture: Posture, rng: Random, hip: float, knee: float) -> Posture:
    bent = dict(posture)
    for side in SIDES:
        bent[f"{side}_hip"] = rng.normal(hip, 15)
        bent[f"{side}_knee"] = abs(rng.normal(knee, 18))
        bent[f"{side}_leg_out"] = rng.uniform(0, 25)
    return bent


def _arms_anywhere(posture: Posture, rng: Random) -> Posture:
    raised = dict(posture)
    for side in SIDES:
        raised[f"{side}_arm"] = rng.uniform(-40, 150)
        raised[f"{side}_arm_out"] = rng.uniform(0, 90)
        raised[f"{side}_elbow"] = rng.uniform(0, 110)
    return raised
