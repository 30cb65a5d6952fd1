"""The place: court with lines, fence and sky behind it, and the net as a layer of its own."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from posetrail.demo.camera import Array, Camera

Picture = NDArray[np.uint8]
Values = NDArray[np.float32]

#: Metres: half the width and length of the small court, its service line, the width of a line.
HALF_WIDTH, HALF_LENGTH, SERVICE, LINE = 2.6, 3.6, 1.9, 0.06
NET_HEIGHT = 0.86
FENCE_Y, FENCE_HEIGHT = 9.5, 3.0

COURTS = (
    ((135, 95, 55), (95, 125, 75)),
    ((85, 120, 70), (70, 80, 150)),
    ((75, 105, 175), (80, 110, 80)),
)


@dataclass(frozen=True)
class NetLayer:
    """The net to be laid over what is behind it.

    Parameters
    ----------
    colour : float32 array, shape (height, width, 3)
        What it looks like.
    cover : float32 array, shape (height, width, 1)
        How much of each pixel it covers.
    top : int
        First row of the picture that it touches; the arrays begin there.
    """

    colour: Values
    cover: Values
    top: int

    def lay_over(self, picture: Picture) -> None:
        """Draw the net into a picture."""
        part = picture[self.top : self.top + len(self.cover)]
        part[:] = part + (self.colour - part) * self.cover + 0.5


def backdrop(camera: Camera, chance: np.random.Generator) -> Picture:
    """Paint everything that stands still behind the players.

    Parameters
    ----------
    camera : Camera
        Who looks on.
    chance : numpy Generator
        Chooses colours and texture.

    Returns
    -------
    uint8 array, shape (height, width, 3)
        Blue, green, red.
    """
    rays = camera.rays()
    ground_share = camera.position[2] / np.maximum(-rays[..., 2], 1e-6)
    fence_share = (FENCE_Y - camera.position[1]) / np.maximum(rays[..., 1], 1e-6)
    on_ground = (rays[..., 2] < 0) & (ground_share < fence_share)
    ground = camera.position + rays * np.minimum(ground_share, 100)[..., None]
    wall = camera.position + rays * fence_share[..., None]
    footprint = ground_share * camera.focal / camera.focal**2 * 1.2
    picture = np.where(
        on_ground[..., None],
        _floor(ground, footprint, chance, on_ground.shape),
        _wall(wall, chance),
    )
    soft: Picture = np.clip(cv2.GaussianBlur(picture, (0, 0), 0.6), 0, 255).astype(np.uint8)
    return soft


def net_layer(camera: Camera) -> NetLayer:
    """Make the net: mesh, tape, strap and posts."""
    rays = camera.rays()
    at = camera.position + rays * (-camera.position[1] / np.maximum(rays[..., 1], 1e-6))[..., None]
    x, z = at[..., 0], at[..., 2]
    inside = (np.abs(x) < HALF_WIDTH + 0.35) & (z > 0) & (z < NET_HEIGHT)
    tape = inside & (z > NET_HEIGHT - 0.06)
    strap = inside & (np.abs(x) < 0.03)
    post = (np.abs(np.abs(x) - HALF_WIDTH - 0.38) < 0.04) & (z > 0) & (z < NET_HEIGHT + 0.03)
    mesh = (np.minimum(x % 0.045, z % 0.045) < 0.008) & inside
    cover = np.where(mesh, 0.55, np.where(inside, 0.16, 0.0))
    cover = np.where(tape | strap | post, 1.0, cover)
    colour = np.where((tape | strap)[..., None], 228.0, np.where(post[..., None], 50.0, 30.0))
    soft = cv2.GaussianBlur(cover.astype(np.float32), (0, 0), 0.7)
    rows = np.flatnonzero(soft.max(axis=1) > 0)
    part = slice(rows[0], rows[-1] + 1)
    layers = np.repeat(colour[part], 3, axis=2) if colour.shape[2] == 1 else colour[part]
    return NetLayer(layers.astype(np.float32), soft[part, :, None], int(rows[0]))


def _floor(
    ground: Array, footprint: Array, chance: np.random.Generator, shape: tuple[int, ...]
) -> Values:
    inner, outer = COURTS[chance.integers(len(COURTS))]
    x, y = np.abs(ground[..., 0]), ground[..., 1]
    court = (x < HALF_WIDTH) & (np.abs(y) < HALF_LENGTH)
    colour = np.where(court[..., None], inner, outer).astype(np.float32)
    edges = [
        np.maximum(np.abs(x - HALF_WIDTH), np.abs(y) - HALF_LENGTH),
        np.maximum(np.abs(np.abs(y) - HALF_LENGTH), x - HALF_WIDTH),
        np.maximum(np.abs(np.abs(y) - SERVICE), x - HALF_WIDTH),
        np.maximum(x, np.abs(y) - SERVICE),
    ]
    distance = np.min(edges, axis=0)
    line = np.clip((LINE / 2 - distance) / np.maximum(footprint, 1e-6) + 0.5, 0, 1)[..., None]
    colour += (235 - colour) * line * 0.92
    texture = clouds(chance, shape, 90) * 9 + clouds(chance, shape, 9) * 5
    texture += chance.normal(0, 3.5, shape)
    lit: Values = (colour + texture[..., None]).astype(np.float32)
    return lit


def _wall(wall: Array, chance: np.random.Generator) -> Values:
    """Paint a fence with wind screen, posts and a rail, and trees and sky above it."""
    x, z = wall[..., 0], wall[..., 2]
    shape = x.shape
    screen = np.array([70, 80, 42]) + clouds(chance, shape, 60)[..., None] * 8
    screen = screen * (1 - 0.12 * (np.abs((x % 0.9) - 0.45) < 0.02))[..., None]
    screen = np.where(((z % 1.5) < 0.04)[..., None], screen * 0.75, screen)
    post = np.abs((x + 0.7) % 2.4 - 0.05) < 0.05
    screen = np.where(post[..., None], (95, 105, 95), screen)
    leaves = clouds(chance, shape, 22) + 0.6 * clouds(chance, shape, 5)
    trees = np.array([45, 85, 60]) + leaves[..., None] * np.array([14, 26, 18])
    sky = np.array([235, 205, 170]) + clouds(chance, shape, 160)[..., None] * 14
    crown = z < FENCE_HEIGHT + 1.4 + 0.7 * clouds(chance, shape, 70)
    far = np.where(crown[..., None], trees, sky)
    picture = np.where((z < FENCE_HEIGHT)[..., None], screen, far)
    lit: Values = (picture + chance.normal(0, 2.5, shape)[..., None]).astype(np.float32)
    return lit


def clouds(chance: np.random.Generator, shape: tuple[int, ...], size: int) -> Values:
    """Make smooth noise of about -1 to 1 with spots of a size in pixels, shape (height, width)."""
    small = (shape[0] // size + 3, shape[1] // size + 3)
    coarse = chance.uniform(-1, 1, small).astype(np.float32)
    smooth: Values = cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)
    return smooth
