"""A perspective camera without distortion."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

UP = np.array([0.0, 0.0, 1.0])


def unit(vectors: Array) -> Array:
    """Scale vectors to length 1, shape (..., 3)."""
    lengths: Array = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / np.maximum(lengths, 1e-9)


@dataclass(frozen=True)
class Camera:
    """Where the camera stands and what it looks at. World: metres, x right, y away, z up.

    Parameters
    ----------
    position : float array, shape (3,)
        The camera's place.
    target : float array, shape (3,)
        The place in the middle of the picture.
    focal : float
        Focal length in pixels.
    width, height : int
        Size of the picture in pixels.
    """

    position: Array
    target: Array
    focal: float
    width: int
    height: int

    @cached_property
    def axes(self) -> Array:
        """Right, down and forward of the camera in the world, one per row."""
        forward = unit(self.target - self.position)
        right = unit(np.cross(forward, UP))
        return np.stack([right, np.cross(forward, right), forward])

    def project(self, points: Array) -> tuple[Array, Array]:
        """Find where points of the world are in the picture.

        Parameters
        ----------
        points : float array, shape (..., 3)
            Metres.

        Returns
        -------
        xy : float array, shape (..., 2)
            Pixels.
        depth : float array, shape (...)
            Metres along the viewing direction.
        """
        seen = (points - self.position) @ self.axes.T
        depth = seen[..., 2]
        centre = np.array([self.width, self.height]) / 2 - 0.5
        return seen[..., :2] / depth[..., None] * self.focal + centre, depth

    def rays(self) -> Array:
        """Give the direction in the world in which each pixel looks, shape (height, width, 3)."""
        x = np.arange(self.width) - self.width / 2 + 0.5
        y = np.arange(self.height) - self.height / 2 + 0.5
        grid = np.stack(np.broadcast_arrays(x[None], y[:, None], self.focal), axis=-1)
        directions: Array = grid @ self.axes
        return directions
