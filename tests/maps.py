"""Synthetic maps of known people, as an ideal OpenPose network would draw them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tracker.skeleton import Skeleton

#: Sigma of the Gaussians and half width of the fields, in map cells (OpenPose trains with 7 px of
#: 368 and 1 cell).
SIGMA = 0.875
HALF_WIDTH = 1.0

# One standing person, facing us, in units of the torso: neck at the origin, y down.
_FIGURE = {
    "head": (0.0, -0.55),
    "nose": (0.0, -0.35),
    "neck": (0.0, 0.0),
    "chest": (0.0, 0.45),
    "mid_hip": (0.0, 1.0),
    "eye": (0.1, -0.45),
    "ear": (0.22, -0.4),
    "shoulder": (0.4, 0.03),
    "elbow": (0.62, 0.5),
    "wrist": (0.7, 1.0),
    "hip": (0.25, 1.02),
    "knee": (0.3, 1.75),
    "ankle": (0.33, 2.5),
    "heel": (0.3, 2.62),
    "big_toe": (0.5, 2.7),
    "small_toe": (0.62, 2.62),
}
# Where the neck stands in the height a person is given, and how long the torso is.
_NECK_AT, _TORSO = 0.2, 0.25


def figure(skeleton: Skeleton) -> NDArray[np.float64]:
    """Give a standing person in any layout, shape (keypoints, 2), in torso lengths from the neck."""
    return np.array([_place(name) for name in skeleton.keypoints])


def _place(name: str) -> tuple[float, float]:
    if name in _FIGURE:
        return _FIGURE[name]
    side, _, rest = name.partition("_")
    x, y = _FIGURE[rest]
    return (x if side == "left" else -x), y


def crowd(
    skeleton: Skeleton, people: int, size: tuple[int, int], *, seed: int = 0
) -> NDArray[np.float64]:
    """Stand people on a grid that fills maps, each a little off its place and turned a little.

    Parameters
    ----------
    skeleton : Skeleton
        The layout.
    people : int
        How many.
    size : (int, int)
        Width and height of the maps in cells.
    seed : int
        Of the random numbers.

    Returns
    -------
    float array, shape (people, keypoints, 2)
        x and y in map cells.
    """
    random = np.random.default_rng(seed)
    columns = int(np.ceil(np.sqrt(people * size[0] / size[1])))
    rows = int(np.ceil(people / columns))
    number = np.arange(people)
    neck_x = (number % columns + 0.5) * size[0] / columns
    neck_y = (number // columns + _NECK_AT) * size[1] / rows
    torso = _TORSO * size[1] / rows
    necks = np.stack([neck_x, neck_y], 1) + random.uniform(-0.05, 0.05, (people, 2)) * torso
    angle = random.uniform(-0.1, 0.1, people)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    people_xy: NDArray[np.float64] = necks[:, None] + torso * np.einsum(
        "ijp,kj->pki", turn, figure(skeleton)
    )
    return people_xy


def draw_maps(
    skeleton: Skeleton,
    people: NDArray[np.floating],
    size: tuple[int, int],
    *,
    height: float = 0.9,
) -> NDArray[np.float32]:
    """Draw confidence maps and part affinity fields.

    Parameters
    ----------
    skeleton : Skeleton
        The layout of the channels.
    people : float array, shape (people, keypoints, 2)
        x and y in map cells; NaN where a keypoint is not to be seen.
    size : (int, int)
        Width and height of the maps in cells.
    height : float
        Confidence at a keypoint.

    Returns
    -------
    float32 array, shape (channels, height, width)
        Confidence maps, background, then x and y of each limb's field.
    """
    y, x = np.mgrid[: size[1], : size[0]].astype(np.float64)
    maps = np.zeros((skeleton.n_channels, size[1], size[0]))
    for person in people:
        for keypoint, (at_x, at_y) in enumerate(person):
            if np.isfinite(at_x):
                near = np.exp(-((x - at_x) ** 2 + (y - at_y) ** 2) / (2 * SIGMA**2))
                maps[keypoint] = np.maximum(maps[keypoint], height * near)
    maps[len(skeleton)] = 1 - maps[: len(skeleton)].max(0)
    for limb, (start, end) in enumerate(skeleton.limbs):
        channel = skeleton.n_confidence_maps + 2 * limb
        maps[channel : channel + 2] = _field(people[:, start], people[:, end], x, y)
    return maps.astype(np.float32)


def _field(
    starts: NDArray[np.floating], ends: NDArray[np.floating], x: NDArray[np.float64],
    y: NDArray[np.float64],
) -> NDArray[np.float64]:  # fmt: skip
    """Mean of the unit vectors of all limbs that cover a cell."""
    total, covered = np.zeros((2, *x.shape)), np.zeros(x.shape)
    for start, end in zip(starts, ends, strict=True):
        length = np.hypot(*(end - start))
        if not np.isfinite(length) or length == 0:
            continue
        unit = (end - start) / length
        along = (x - start[0]) * unit[0] + (y - start[1]) * unit[1]
        across = np.abs((x - start[0]) * unit[1] - (y - start[1]) * unit[0])
        inside = (along >= -HALF_WIDTH) & (along <= length + HALF_WIDTH) & (across <= HALF_WIDTH)
        total += inside * unit[:, None, None]
        covered += inside
    return total / np.maximum(covered, 1)
