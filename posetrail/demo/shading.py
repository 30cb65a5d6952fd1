"""Draws solids into a picture with a depth buffer, lit by the sun and the sky."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from posetrail.demo.camera import Array, Camera, unit
from posetrail.demo.solids import Solid

Picture = NDArray[np.uint8]
Values = NDArray[np.float32]

#: Towards the sun, in the world.
SUN = unit(np.array([0.55, -0.60, 0.95]))
AMBIENT, SKY, DIRECT = 0.34, 0.22, 0.62
_GRAIN_SIZE = 256


@dataclass(frozen=True)
class _Patch:
    """The pixels around a solid: unit normals, how much of each is covered, and the depth."""

    rows: slice
    columns: slice
    normal: Values
    cover: Values
    depth: Values
    along: Values


class Canvas:
    """A picture that solids are drawn into, nearer ones over farther ones.

    Parameters
    ----------
    picture : uint8 array, shape (height, width, 3)
        What is behind; it is drawn over.
    camera : Camera
        Who looks on.
    """

    def __init__(self, picture: Picture, camera: Camera) -> None:
        self.picture = picture
        self._camera = camera
        self._depth = np.full(picture.shape[:2], np.inf, np.float32)
        self._light = (camera.axes @ SUN).astype(np.float32)
        self._up = camera.axes[:, 2].astype(np.float32)

    def draw(self, solids: list[Solid]) -> None:
        """Draw solids, the farthest first so that soft edges lie over what is behind them."""
        ends = np.array([[solid.start, solid.end] for solid in solids])
        places, depths = self._camera.project(ends)
        for k in np.argsort(-depths.mean(axis=1)):
            self._draw(solids[k], places[k], depths[k])

    def _draw(self, solid: Solid, places: Array, depths: Array) -> None:
        patch = self._patch(solid, places, depths)
        if patch is None:
            return
        known = self._depth[patch.rows, patch.columns]
        cover = np.where(patch.depth < known, patch.cover, 0)
        colour = np.asarray(solid.colour, np.float32) * self._brightness(solid, patch)[..., None]
        below = self.picture[patch.rows, patch.columns]
        blended = below + (np.clip(colour, 0, 255) - below) * cover[..., None]
        self.picture[patch.rows, patch.columns] = blended + 0.5
        self._depth[patch.rows, patch.columns] = np.where(cover > 0.5, patch.depth, known)

    def _patch(self, solid: Solid, places: Array, depths: Array) -> _Patch | None:
        wide, thick = self._seen_flatness(solid)
        radii = wide * np.array([solid.start_radius, solid.end_radius])
        radii *= self._camera.focal / depths
        low = np.floor((places - radii[:, None]).min(axis=0) - 1).astype(int)
        high = np.ceil((places + radii[:, None]).max(axis=0) + 2).astype(int)
        left, top = np.maximum(low, 0)
        right, bottom = np.minimum(high, [self.picture.shape[1], self.picture.shape[0]])
        if left >= right or top >= bottom:
            return None
        x = np.arange(left, right, dtype=np.float32)[None] - np.float32(places[0, 0])
        y = np.arange(top, bottom, dtype=np.float32)[:, None] - np.float32(places[0, 1])
        axis = (places[1] - places[0]).astype(np.float32)
        along = np.clip((x * axis[0] + y * axis[1]) / max(float(axis @ axis), 1e-6), 0, 1)
        radius = radii[0].astype(np.float32) + np.float32(radii[1] - radii[0]) * along
        aside_x, aside_y = x - along * axis[0], y - along * axis[1]
        distance = np.hypot(aside_x, aside_y)
        cover = np.clip(radius - distance + 0.5, 0, 1)
        # Below half a pixel a solid keeps its place but covers less of it.
        cover *= np.minimum(radius / 0.5, 1)
        towards = np.sqrt(np.maximum(1 - (distance / radius) ** 2, 0))
        normal = np.stack([aside_x / radius, aside_y / radius, -towards], axis=-1)
        metres = np.float32(solid.start_radius) * (1 - along) + np.float32(solid.end_radius) * along
        axis_depth = np.float32(depths[0]) + np.float32(depths[1] - depths[0]) * along
        rows, columns = slice(top, bottom), slice(left, right)
        return _Patch(rows, columns, normal, cover, axis_depth - towards * metres * thick, along)

    def _seen_flatness(self, solid: Solid) -> tuple[np.float32, np.float32]:
        """How much wider and how much deeper than its radius a flat solid looks from here."""
        if solid.across is None:
            return np.float32(1), np.float32(1)
        sideways = min(abs(float(self._camera.axes[0] @ solid.across)), 1.0) ** 2
        flat = solid.flatness**2
        wide, thick = flat * sideways + 1 - sideways, flat * (1 - sideways) + sideways
        return np.float32(np.sqrt(wide)), np.float32(np.sqrt(thick))

    def _brightness(self, solid: Solid, patch: _Patch) -> Values:
        """Ambient light, the sky from above, the sun from its side (Lambert)."""
        direct = np.maximum(patch.normal @ self._light, 0)
        sky = 0.5 + 0.5 * (patch.normal @ self._up)
        light: Values = AMBIENT + SKY * sky + DIRECT * direct
        if not solid.grain:
            return light
        u = (patch.along * 90 + patch.normal[..., 1] * 9).astype(np.intp) % _GRAIN_SIZE
        v = (patch.normal[..., 0] * 60).astype(np.intp) % _GRAIN_SIZE
        grained: Values = light * (1 + np.float32(solid.grain) * _GRAIN[u, v])
        return grained


def _grain() -> Values:
    """Folds: noise that is longer in one direction, about -1 to 1; tiles without a seam."""
    chance = np.random.default_rng(11)
    spectrum = np.fft.rfft2(chance.normal(size=(_GRAIN_SIZE, _GRAIN_SIZE)))
    fy = np.fft.fftfreq(_GRAIN_SIZE)[:, None]
    fx = np.fft.rfftfreq(_GRAIN_SIZE)[None]
    smooth = np.fft.irfft2(spectrum * np.exp(-((fy * 14) ** 2) - (fx * 26) ** 2))
    values: Values = (smooth / (2 * smooth.std())).astype(np.float32)
    return values


_GRAIN = _grain()
