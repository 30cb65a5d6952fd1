"""Drawn people who fall, and who bend, squat, sit, kneel, lie down, throw or exercise; any camera.

Real falls with keypoints are few, and those that may ship show hardly anybody who sits down or lies
down slowly. The drawing knows no person, no room and no clip that anything is judged on.
"""

from __future__ import annotations

import numpy as np

from action_data.drawn_body import (
    ANGLES,
    HARMLESS,
    Array,
    Posture,
    Random,
    crouching,
    joints,
    kneeling,
    on_the_floor,
    pushing_up,
    seated,
    sitting_up,
    standing,
    turned,
)
from action_data.roughness import RATE, detected
from classifiers.card import Source
from classifiers.recordings import Recording, one_person, whole_clip
from features.joints import ACTION13

FALL = "fall"
EXERCISES = {"pushup": pushing_up, "situp": sitting_up}
#: Half of the people fall.
_KINDS = (FALL,) * 8 + (*HARMLESS, *EXERCISES)
_QUICK = ("bend", "squat", "lunge")
_TORSO_PX = 60.0


def people(count: int, seed: int = 1) -> list[Recording]:
    """Draw so many clips, half of them falls; the same seed draws the same."""
    rng = np.random.default_rng(seed)
    return [_clip(number, _KINDS[number % len(_KINDS)], rng) for number in range(count)]


def source(recordings: int) -> Source:
    """Say where it comes from, for a card."""
    return Source(
        name="drawn people (scripts/action_data/drawn_people.py, 30 fps)",
        terms="this project's own",
        recordings=recordings,
    )


def _clip(number: int, kind: str, rng: Random) -> Recording:
    moments, postures, down_s = _course(kind, rng)
    time = np.arange(0, moments[-1], 1 / RATE)
    xyz = joints(_between(moments, postures, time, kind))
    xyz[..., 1] -= xyz[..., 1].min(axis=1, keepdims=True)
    xyz[..., [0, 2]] += _way(time, kind, moments, rng)[:, None]
    xy = _as_detected(_seen(xyz, rng), rng, rng.random() < 0.25 and kind == FALL)
    first, last = _cut(len(xy), down_s, rng)
    tracks = one_person(ACTION13, xy[first:last].astype(np.float32), RATE)
    name = f"drawn {number} {kind}"
    return Recording("drawn", name, name, tracks, whole_clip(tracks, kind))


def _course(kind: str, rng: Random) -> tuple[Array, Array, float | None]:
    """Give moments in seconds, the postures then, and for a fall when the person is down."""
    if kind in EXERCISES:
        return (*_exercise(kind, rng), None)
    before_s, after_s = rng.uniform(1.2, 2.5), rng.uniform(2.5, 4.0)
    sits = kind == FALL and rng.random() < 0.15
    start = _angles(seated(rng) if sits else standing(rng))
    course = [(0.0, start), (before_s, start + rng.normal(0, 4, len(start)))]
    if kind == FALL:
        return (*_fall(course, after_s, rng), course[3][0])
    return (*_harmless(course, kind, after_s, rng), None)


def _fall(course: list[tuple[float, Array]], after_s: float, rng: Random) -> tuple[Array, Array]:
    start, before_s = course[0][1], course[1][0]
    lasts = rng.uniform(0.45, 1.3)
    end = _angles(on_the_floor(rng))
    crumpling = 0.5 * _angles(crouching(rng, rng.uniform(0.3, 0.9))) + 0.25 * (start + end)
    toppling = start + 0.45 * (end - start)
    course.append((before_s + 0.65 * lasts, crumpling if rng.random() < 0.6 else toppling))
    course.append((before_s + lasts, end))
    course.append((before_s + lasts + 0.4, end + rng.normal(0, 6, len(end))))
    course.append((before_s + lasts + after_s, end + rng.normal(0, 10, len(end))))
    return _table(course)


def _harmless(
    course: list[tuple[float, Array]], kind: str, after_s: float, rng: Random
) -> tuple[Array, Array]:
    start, target = course[-1][0], _angles(HARMLESS[kind](rng))
    lasts = rng.uniform(0.5, 1.3) if kind in _QUICK else rng.uniform(0.8, 1.8)
    if kind == "lie":
        lasts = rng.uniform(2.5, 5.0)
        halfway = _angles((crouching, kneeling, seated)[rng.integers(3)](rng))
        course += [(start + 0.45 * lasts, halfway), (start + 0.6 * lasts, halfway)]
    course.append((start + lasts, target))
    short = kind in _QUICK and rng.random() < 0.6
    holds = rng.uniform(0, 1.2) if short else rng.uniform(0.5, 4.5)
    course.append((start + lasts + holds + 1e-3, target + rng.normal(0, 4, len(target))))
    if kind in (*_QUICK, "kneel") or rng.random() < 0.3:
        course.append((course[-1][0] + rng.uniform(0.5, 1.3), _angles(standing(rng))))
    if kind == "squat" and rng.random() < 0.5:
        up_s, up = course[-1]
        course += [(up_s + 0.2, up), (up_s + 0.2 + lasts, target), (up_s + 0.4 + 2 * lasts, up)]
    course.append((course[-1][0] + after_s, course[-1][1] + rng.normal(0, 6, len(target))))
    return _table(course)


def _exercise(kind: str, rng: Random) -> tuple[Array, Array]:
    ends = [_angles(EXERCISES[kind](rng, low=low)) for low in (False, True)]
    if kind == "situp" and rng.random() < 0.5:
        ends.reverse()
    course, moment = [], 0.0
    for _ in range(int(rng.integers(2, 5))):
        moves, rests = rng.uniform(0.4, 1.2), rng.uniform(0, 0.4) + 1e-3
        for end in ends:
            course.append((moment, end + rng.normal(0, 2, len(end))))
            course.append((moment + rests, end + rng.normal(0, 2, len(end))))
            moment += rests + moves
    return _table(course)


def _between(moments: Array, postures: Array, time: Array, kind: str) -> dict[str, Array]:
    """Go from posture to posture: smoothly, but for a fall, which begins slowly and ends hard."""
    step = np.clip(np.searchsorted(moments, time, side="right") - 1, 0, len(moments) - 2)
    share = (time - moments[step]) / (moments[step + 1] - moments[step])
    eased = share * share * (3 - 2 * share)
    if kind == FALL:
        eased = np.where(step == 1, share**1.8, np.where(step == 2, share, eased))
    angles = postures[step] + (postures[step + 1] - postures[step]) * eased[:, None]
    return dict(zip(ANGLES, angles.T, strict=True))


def _way(time: Array, kind: str, moments: Array, rng: Random) -> Array:
    """Walk before (half of the people), slide while falling; in torsos, shape (frames, 2)."""
    walk = rng.normal(0, 0.6, 2) * (rng.random() < 0.5)
    way = np.outer(np.minimum(time, moments[1]), walk)
    if kind == FALL:
        falling = np.clip((time - moments[1]) / (moments[3] - moments[1]), 0, 1)
        way += np.outer(falling, rng.normal(0, 0.5, 2) + 0.3 * walk)
    return way


def _seen(xyz: Array, rng: Random) -> Array:
    """Project on the picture of a camera anywhere around, mostly a little above; pixels."""
    around, above = rng.uniform(0, 360), max(rng.normal(14, 13), -5)
    turned_to = xyz @ turned("y", around).T @ turned("x", above).T
    away = rng.uniform(5, 15) if rng.random() < 0.7 else rng.uniform(3.5, 6)
    nearer = away / (away - np.clip(turned_to[..., 2], -4, 2))
    flat = np.stack([turned_to[..., 0] * nearer, -turned_to[..., 1] * nearer], axis=-1)
    return flat @ turned("z", rng.normal(0, 3))[:2, :2] * _TORSO_PX


def _as_detected(xy: Array, rng: Random, lost_at_end: bool) -> Array:
    """Roughen like a detector; the end may not be seen."""
    rough = detected(xy, _TORSO_PX, rng)
    if lost_at_end:
        rough[int(len(xy) * rng.uniform(0.6, 1.0)) :] = np.nan
    return rough


def _cut(frames: int, down_s: float | None, rng: Random) -> tuple[int, int]:
    """Begin or end some clips early, falls also in the middle of falling, but never before its end."""
    down = 20 if down_s is None else int((down_s + 0.1) * RATE)
    first, last = 0, frames
    if rng.random() < 0.3:
        first = int(rng.uniform(0, min(1.2, down / RATE / 2)) * RATE)
        if down_s is not None and rng.random() < 0.4:
            first = max(down - int(rng.uniform(0.35, 0.8) * RATE), 0)
    if rng.random() < 0.3:
        last = int(down + rng.uniform(0, 0.8) * max(frames - down, 0))
    return first, max(last, first + 10)


def _angles(posture: Posture) -> Array:
    return np.array([posture[name] for name in ANGLES])


def _table(course: list[tuple[float, Array]]) -> tuple[Array, Array]:
    return np.array([moment for moment, _ in course]), np.stack([angles for _, angles in course])
