"""A rally: who plays, how they look, when and how they hit, where the ball is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.interpolate import PchipInterpolator

from posetrail.demo.body import Joints, Posture, in_world, joints_of
from posetrail.demo.camera import UP, Array, Camera, unit
from posetrail.demo.footwork import feet_at
from posetrail.demo.strokes import Hit, Swing, swing_at

Colour = tuple[int, int, int]

#: Metres from the wrist to the middle of the racket's strings.
RACKET_REACH = 0.56
#: Seconds from contact to contact.
FLIGHT_S = 1.15

SKINS: tuple[Colour, ...] = ((150, 178, 222), (120, 150, 200), (95, 125, 178), (60, 85, 130))
HAIRS: tuple[Colour, ...] = ((28, 34, 44), (30, 52, 86), (70, 120, 165), (18, 20, 24))
SHIRTS: tuple[Colour, ...] = (
    (40, 45, 190),
    (235, 235, 238),
    (190, 110, 40),
    (40, 190, 225),
    (60, 60, 66),
)
SHORTS: tuple[Colour, ...] = ((50, 45, 45), (225, 225, 225), (120, 60, 30), (70, 70, 75))


@dataclass(frozen=True)
class Look:
    """What a player looks like; colours are blue, green, red."""

    stature: float
    skin: Colour
    hair: Colour
    shirt: Colour
    shorts: Colour
    shoes: Colour


@dataclass(frozen=True)
class Player:
    """One player of the rally.

    Parameters
    ----------
    look : Look
        What the player looks like.
    y : float
        The baseline, metres from the net; negative on the camera's side.
    hits : tuple of Hit
        What the player does; ``x`` of a hit is along the baseline.
    """

    look: Look
    y: float
    hits: tuple[Hit, ...]

    @property
    def heading(self) -> float:
        """Where the player faces: across the net."""
        return 0.0 if self.y < 0 else np.pi

    def path(self, times: Array) -> Array:
        """Give the ground under the pelvis, shape (n, 3)."""
        knots = [(-3.0, self.hits[0].x), (self.hits[-1].time + 4.0, self.hits[-1].x * 0.5)]
        for hit in self.hits:
            knots += [(hit.time - 0.25, hit.x), (hit.time + 0.2, hit.x)]
        table = np.array(sorted(knots))
        x = np.asarray(PchipInterpolator(table[:, 0], table[:, 1])(times))
        return np.stack([x, np.full_like(x, self.y), np.zeros_like(x)], axis=1)


@dataclass(frozen=True)
class Movement:
    """Where everything of a player is, frame by frame."""

    joints: Joints
    racket: Array
    """Direction of the racket, shape (frames, 3)."""


@dataclass(frozen=True)
class Scene:
    """A rally to be drawn.

    Parameters
    ----------
    seed : int
        Decides everything that chance decides.
    camera : Camera
        Who looks on.
    rate : float
        Frames per second.
    seconds : float
        Length of the clip.
    players : tuple of Player
        The near one first; player ``k`` has the ID ``k + 1``.
    """

    seed: int
    camera: Camera
    rate: float
    seconds: float
    players: tuple[Player, ...]

    @cached_property
    def times(self) -> Array:
        """Seconds of the frames, shape (frames,)."""
        return np.arange(round(self.seconds * self.rate)) / self.rate

    @cached_property
    def movements(self) -> tuple[Movement, ...]:
        """Where every player is in every frame."""
        return tuple(self._movement(player, self.times) for player in self.players)

    @cached_property
    def ball(self) -> Array:
        """Where the ball is, shape (frames, 3); NaN before it is tossed."""
        hits = sorted((hit.time, k) for k, player in enumerate(self.players) for hit in player.hits)
        contacts = [self._contact(self.players[k], time) for time, k in hits]
        ball = np.full((len(self.times), 3), np.nan)
        for (start, _), here, there in zip(hits, contacts, [*contacts[1:], None], strict=True):
            flying = (self.times >= start) & (self.times < start + FLIGHT_S)
            share = (self.times[flying] - start) / FLIGHT_S
            ball[flying] = _flight(here, there, share)
        first_time = hits[0][0]
        toss = (self.times > first_time - 0.7) & (self.times < first_time)
        ball[toss] = contacts[0] - UP * (3.2 * (first_time - self.times[toss]) ** 2)[:, None]
        return ball

    def _contact(self, player: Player, time: float) -> Array:
        moment = self._movement(player, np.array([time, time + 1e-3]))
        contact: Array = moment.joints["right_wrist"][0] + moment.racket[0] * RACKET_REACH
        return contact

    def _movement(self, player: Player, times: Array) -> Movement:
        swing = swing_at(player.hits, times)
        stature = player.look.stature
        heading = player.heading + 0.35 * swing.twist
        ground = player.path(times)
        bob = 0.012 * np.sin(2 * np.pi * times / 0.62 + player.y)
        height = stature * (0.527 - 0.012 - swing.crouch) + bob
        posture = Posture(
            pelvis=ground + UP * height[:, None],
            heading=heading,
            twist=0.65 * swing.twist,
            lean=swing.lean,
            tilt=swing.tilt,
            gaze=_gaze(player, ground),
            hands={"right": swing.right, "left": swing.left},
            feet=_feet(player, times),
        )
        return Movement(joints_of(posture, stature), _racket(swing, player, times))


def rally(seed: int = 0, *, seconds: float = 9.0, rate: float = 30.0) -> Scene:
    """Make up a rally of two players, served by the far one.

    Parameters
    ----------
    seed : int
        The same seed gives the same rally, and, rendered on one machine, the same pixels.
    seconds : float
        Length of the clip.
    rate : float
        Frames per second.

    Returns
    -------
    Scene
        1280 x 720 pixels; the near player has ID 1, the far one ID 2.
    """
    chance = np.random.default_rng(seed)
    camera = Camera(
        np.array([3.2, -8.3, 3.9]) + chance.uniform(-0.2, 0.2, 3),
        np.array([-0.05, 0.0, 0.75]),
        1230.0,
        1280,
        720,
    )
    strokes: tuple[list[Hit], list[Hit]] = ([], [])
    contacts = np.arange(1.5, max(seconds - 0.3, 1.6), FLIGHT_S)
    for k, time in enumerate(contacts.tolist()):
        stroke = "serve" if k == 0 else str(chance.choice(["forehand", "backhand"]))
        strokes[(k + 1) % 2].append(Hit(time, stroke, float(chance.uniform(-0.75, 0.75))))
    looks = _looks(chance)
    near = Player(looks[0], -2.7, tuple(strokes[0]) or (Hit(seconds + 9, "forehand", 0.0),))
    far = Player(looks[1], 2.7, tuple(strokes[1]))
    return Scene(seed, camera, rate, seconds, (near, far))


def _looks(chance: np.random.Generator) -> list[Look]:
    """Two different people: no colour of one is the other's."""
    orders = [chance.permutation(len(palette)) for palette in (SKINS, HAIRS, SHIRTS, SHORTS)]
    return [
        Look(
            stature=float(chance.uniform(1.70, 1.90)),
            skin=SKINS[orders[0][k]],
            hair=HAIRS[orders[1][k]],
            shirt=SHIRTS[orders[2][k]],
            shorts=SHORTS[orders[3][k]],
            shoes=(235, 235, 235) if k == 0 else (60, 60, 200),
        )
        for k in range(2)
    ]


def _feet(player: Player, times: Array) -> dict[str, Array]:
    right = np.array([np.cos(player.heading), 0.0, 0.0]) * 0.135 * player.look.stature
    return {
        "right": feet_at(times, player.path, right, 0.0),
        "left": feet_at(times, player.path, -right, 0.5),
    }


def _gaze(player: Player, ground: Array) -> Array:
    """Players watch the middle of the other side, a little towards where they move."""
    ahead = np.array([0.0, -player.y, 0.9])
    return np.asarray(ahead + ground * np.array([0.4, 0.0, 0.0]))


def _racket(swing: Swing, player: Player, times: Array) -> Array:
    return unit(in_world(swing.racket, np.full(len(times), player.heading)))


def _flight(here: Array, there: Array | None, share: Array) -> Array:
    """Fly from one racket over the net, bounce, and rise to the other racket."""
    if there is None:
        there = here * np.array([1.0, -1.3, 0.3])
    bounce = 0.72
    place = here + (there - here) * share[:, None]
    first, second = np.clip(share / bounce, 0, 1), np.clip((share - bounce) / (1 - bounce), 0, 1)
    falling = here[2] * (1 - first) + 2.6 * first * (1 - first)
    rising = there[2] * second + 0.9 * second * (1 - second)
    place[:, 2] = np.where(share < bounce, falling, rising) + 0.034
    return place
