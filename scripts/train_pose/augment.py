"""Random views of an image: one affine map, then changes of light, blur, noise and cover."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator

from scripts.train_pose.data import Bytes, Floats


@dataclass(frozen=True)
class Recipe:
    """How far a view may go.

    Parameters
    ----------
    longest : (float, float)
        Longer side of the person looked at, in pixels of the view; drawn log-uniformly. Larger people
        are read from a smaller copy, see looks.py.
    largest_zoom : float
        Never enlarge the stored image more than this: it has no more detail to show.
    least_share : float
        Never shrink the image to less than this share of the view: the rest would teach nothing.
    turn_deg : float
        Largest turn either way.
    light : float
        Largest relative change of contrast and of each colour.
    cover, blur, compress : float
        Chances of a covered patch, of blur and of JPEG damage.
    """

    longest: tuple[float, float] = (32.0, 240.0)
    largest_zoom: float = 2.5
    least_share: float = 0.6
    turn_deg: float = 30.0
    light: float = 0.3
    cover: float = 0.3
    blur: float = 0.1
    compress: float = 0.1


def random_view(
    rng: Generator, box: Floats, shape: tuple[int, int], size: int, recipe: Recipe
) -> tuple[Floats, bool]:
    """Choose a view that shows the person in `box`.

    Parameters
    ----------
    rng : Generator
        Where chance comes from.
    box : ndarray (4,)
        Left, top, width, height in the image.
    shape : (int, int)
        Height and width of the image.
    size : int
        Height and width of the view in pixels.
    recipe : Recipe
        How far it may go.

    Returns
    -------
    affine : ndarray (2, 3)
        From pixels of the image to pixels of the view.
    mirrored : bool
        Whether left and right are swapped in it.
    """
    zoom = _random_zoom(rng, box, max(shape), size, recipe)
    turn = np.deg2rad(rng.uniform(-recipe.turn_deg, recipe.turn_deg) * rng.random())
    mirrored = bool(rng.random() < 0.5)
    cos, sin = zoom * np.cos(turn), zoom * np.sin(turn)
    linear = np.array([[cos, -sin], [sin, cos]]) @ np.diag([-1.0 if mirrored else 1.0, 1.0])
    # Somewhere in the person, not always the middle, comes to somewhere near the view's middle,
    # unless that wastes the view on what lies beyond the image.
    looked_at = box[:2] + box[2:] * rng.uniform(0.2, 0.8, 2)
    extent = np.array(shape[::-1], np.float32)
    middle = size * rng.uniform(0.3, 0.7, 2) + linear @ (extent / 2 - looked_at)
    edges = np.sort([zoom * extent / 2, size - zoom * extent / 2], axis=0)
    shift = np.clip(middle, *edges) - linear @ (extent / 2)
    return np.column_stack([linear, shift]).astype(np.float32), mirrored


def _random_zoom(rng: Generator, box: Floats, extent: int, size: int, recipe: Recipe) -> float:
    low, high = np.log(recipe.longest)
    wanted = float(np.exp(rng.uniform(low, high))) / max(float(box[2:].max()), 1.0)
    return min(max(wanted, recipe.least_share * size / extent), recipe.largest_zoom)


def take_view(rng: Generator, image: Bytes, affine: Floats, size: int, recipe: Recipe) -> Bytes:
    """Show `image` (height, width, 3) through `affine`, with changed light and damage."""
    fill = int(rng.choice([0, 114, 128, 255]))
    flags = cv2.INTER_AREA if abs(np.linalg.det(affine[:, :2])) < 0.25 else cv2.INTER_LINEAR
    view = cv2.warpAffine(image, affine, (size, size), flags=flags, borderValue=(fill,) * 3)
    if rng.random() < recipe.cover:
        _cover(rng, view)
    if rng.random() < recipe.blur:
        view = cv2.GaussianBlur(view, (0, 0), rng.uniform(0.5, 2.0))
    if rng.random() < recipe.compress:
        quality = int(rng.integers(20, 70))
        coded = cv2.imencode(".jpg", view, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        view = cv2.imdecode(coded, cv2.IMREAD_COLOR)
    return _relit(rng, view, recipe.light)


def _relit(rng: Generator, view: Bytes, light: float) -> Bytes:
    """Change brightness, contrast and the balance of colours by one table for each channel."""
    level = np.arange(256, dtype=np.float32)[:, None]
    contrast = 1 + rng.uniform(-light, light)
    colour = contrast * (1 + rng.uniform(-light, light, 3) / 3)
    offset = 128 * rng.uniform(-light, light)
    table = np.clip((level - 128) * colour + 128 + offset, 0, 255).astype(np.uint8)
    if rng.random() < 0.05:
        view = np.repeat(cv2.cvtColor(view, cv2.COLOR_RGB2GRAY)[..., None], 3, 2)
    return np.asarray(cv2.LUT(view, table[:, None]), np.uint8)


def _cover(rng: Generator, view: Bytes) -> None:
    """Lay a patch from elsewhere in the view, or of one colour, over a place."""
    size = view.shape[0]
    height, width = rng.integers(size // 16, size // 4, 2)
    (y, x), (v, u) = (rng.integers(0, (size - height, size - width)) for _ in range(2))
    plain = rng.random() < 0.5
    patch = rng.integers(0, 256, 3) if plain else view[v : v + height, u : u + width].copy()
    view[y : y + height, x : x + width] = patch
