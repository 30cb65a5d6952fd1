"""A player as tapered capsules: skin, cloth, hair, shoes, racket."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from posetrail.demo.camera import UP, Array, unit
from posetrail.demo.scene import Colour, Look, Movement

WHITE: Colour = (240, 240, 240)
DARK: Colour = (35, 30, 30)
LIPS: Colour = (90, 90, 160)
STRINGS: Colour = (225, 235, 235)
FRAME: Colour = (40, 40, 45)
BALL: Colour = (70, 245, 215)


@dataclass(frozen=True)
class Solid:
    """A ball that rolls from one place to another while it grows or shrinks.

    Parameters
    ----------
    start, end : float array, shape (3,)
        The places, metres.
    start_radius, end_radius : float
        Metres; of a flat solid, half of how thick it is.
    colour : (int, int, int)
        Blue, green, red.
    grain : float
        How strongly the surface is patterned: folds of cloth, locks of hair.
    """

    start: Array
    end: Array
    start_radius: float
    end_radius: float
    colour: Colour
    grain: float = 0.0
    across: Array | None = None
    """Unit vector in which a flat solid is wide, shape (3,); None for a round one."""
    flatness: float = 1.0
    """How many times wider than thick a flat solid is."""


def player_solids(movement: Movement, look: Look, frame: int) -> list[Solid]:
    """Give the solids of a player in one frame."""
    at = {name: places[frame] for name, places in movement.joints.items()}
    return [
        *_torso(at, look),
        *_head(at, look),
        *(solid for side in ("right", "left") for solid in _arm(at, look, side)),
        *(solid for side in ("right", "left") for solid in _leg(at, look, side)),
        *_racket(at["right_wrist"], at["right_hand"], movement.racket[frame]),
    ]


def _torso(at: dict[str, Array], look: Look) -> list[Solid]:
    s = look.stature
    neck, pelvis = at["neck"], at["pelvis"]
    across = unit(at["right_shoulder"] - at["left_shoulder"])
    hips = unit(at["right_hip"] - at["left_hip"])
    chest, waist = _between(neck, pelvis, 0.33), _between(neck, pelvis, 0.82)
    solids = [
        Solid(neck - UP * 0.01 * s, at["head"] - UP * 0.01 * s, 0.034 * s, 0.031 * s, look.skin),
        Solid(chest, waist, 0.064 * s, 0.056 * s, look.shirt, 0.16, across, 1.72),
        Solid(_between(neck, pelvis, 0.90), _between(neck, pelvis, 1.02), 0.056 * s, 0.058 * s,
              look.shorts, 0.10, hips, 1.62),
    ]  # fmt: skip
    for side in ("right", "left"):
        shoulder = at[f"{side}_shoulder"]
        collar = _between(neck, shoulder, 0.25) - UP * 0.008 * s
        blade = _between(shoulder, pelvis, 0.18)
        solids += [
            Solid(shoulder, collar, 0.031 * s, 0.032 * s, look.shirt, 0.10),
            Solid(shoulder, blade, 0.032 * s, 0.050 * s, look.shirt, 0.12),
        ]
    return solids


def _head(at: dict[str, Array], look: Look) -> list[Solid]:
    s = look.stature
    head, face, crown = at["head"], at["face"], at["crown"]
    up = unit(crown - head)
    solids = [
        Solid(head + up * 0.008 * s, at["chin"] - face * 0.008 * s, 0.047 * s, 0.026 * s, look.skin),
        Solid(crown - face * 0.010 * s, crown - face * 0.018 * s - up * 0.030 * s, 0.046 * s,
              0.043 * s, look.hair, 0.22),
        Solid(crown + face * 0.018 * s + up * 0.003 * s, crown, 0.032 * s, 0.044 * s, look.hair,
              0.22),
        Solid(at["nose"] - face * 0.006 * s, at["nose"] - face * 0.012 * s + up * 0.015 * s,
              0.0085 * s, 0.006 * s, look.skin),
        Solid(at["mouth"] - face * 0.004 * s, at["mouth"] - face * 0.004 * s, 0.009 * s, 0.009 * s,
              LIPS),
    ]  # fmt: skip
    for side in ("right", "left"):
        eye, ear = at[f"{side}_eye"], at[f"{side}_ear"]
        brow = eye + up * 0.011 * s
        outward = unit(ear - at[f"{'left' if side == 'right' else 'right'}_ear"])
        solids += [
            Solid(eye - face * 0.004 * s, eye - face * 0.004 * s, 0.0072 * s, 0.0072 * s, WHITE),
            Solid(eye, eye, 0.0046 * s, 0.0046 * s, DARK),
            Solid(brow - outward * 0.008 * s, brow + outward * 0.008 * s, 0.003 * s, 0.003 * s,
                  look.hair),
            Solid(ear + up * 0.010 * s, ear - up * 0.012 * s, 0.009 * s, 0.006 * s, look.skin),
        ]  # fmt: skip
    return solids


def _arm(at: dict[str, Array], look: Look, side: str) -> list[Solid]:
    s = look.stature
    shoulder, elbow = at[f"{side}_shoulder"], at[f"{side}_elbow"]
    wrist, hand = at[f"{side}_wrist"], at[f"{side}_hand"]
    sleeve = _between(shoulder, elbow, 0.55)
    return [
        Solid(shoulder, elbow, 0.030 * s, 0.023 * s, look.skin),
        Solid(shoulder, sleeve, 0.034 * s, 0.034 * s, look.shirt, 0.14),
        Solid(elbow, wrist, 0.024 * s, 0.016 * s, look.skin),
        Solid(wrist, hand, 0.017 * s, 0.020 * s, look.skin),
    ]


def _leg(at: dict[str, Array], look: Look, side: str) -> list[Solid]:
    s = look.stature
    hip, knee = at[f"{side}_hip"], at[f"{side}_knee"]
    ankle, toe = at[f"{side}_ankle"], at[f"{side}_toe"]
    hem = _between(hip, knee, 0.68)
    calf = _between(knee, ankle, 0.32)
    heel = ankle - (toe - ankle) * 0.30 - UP * 0.016 * s
    sole = np.array([1.0, 1.0, 0.0]) * toe + UP * (ankle[2] - 0.030 * s)
    return [
        Solid(hip, knee, 0.048 * s, 0.031 * s, look.skin),
        Solid(hip + UP * 0.01 * s, hem, 0.058 * s, 0.055 * s, look.shorts, 0.14),
        Solid(knee, calf, 0.031 * s, 0.034 * s, look.skin),
        Solid(calf, ankle, 0.034 * s, 0.021 * s, look.skin),
        Solid(_between(calf, ankle, 0.72), ankle, 0.024 * s, 0.023 * s, WHITE, 0.05),
        Solid(heel, sole, 0.024 * s, 0.020 * s, look.shoes, 0.05),
        Solid(
            ankle - UP * 0.006 * s,
            _between(heel, sole, 0.6),
            0.025 * s,
            0.024 * s,
            look.shoes,
            0.05,
        ),
    ]


def racket_ring(wrist: Array, direction: Array, points: int = 14) -> Array:
    """Give the rim of the racket's head as a closed line, shape (points + 1, 3)."""
    side = unit(np.cross(direction, np.array([0.25, 1.0, 0.2])))
    angle = np.linspace(0, 2 * np.pi, points + 1)[:, None]
    ring: Array = wrist + direction * (0.56 - 0.16 * np.cos(angle)) + side * 0.125 * np.sin(angle)
    return ring


def _racket(wrist: Array, hand: Array, direction: Array) -> list[Solid]:
    ring = racket_ring(wrist, direction)
    rim = [Solid(a, b, 0.012, 0.012, FRAME) for a, b in pairwise(ring)]
    grip = _between(wrist, hand, 0.6)
    return [Solid(grip, ring[0], 0.015, 0.011, FRAME), *rim]


def _between(start: Array, end: Array, share: float) -> Array:
    return start + (end - start) * share
