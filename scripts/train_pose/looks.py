"""How the drawn network looks at an image, and how what it sees comes back to the image.

Several looks, resized and mirrored, each trusted with people of the sizes that it is good at.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from tracker.skeleton import COCO17


@dataclass(frozen=True)
class Look:
    """One look at the image.

    Parameters
    ----------
    zoom : (int, int)
        The image is resized by the first over the second, to multiples of 32 pixels.
    mirrored : bool
        Whether left and right are swapped.
    least, most : float
        Sizes of the people it is meant for, in pixels of the image as it was.
    people : int
        At most so many are drawn, the surest ones.
    """

    zoom: tuple[int, int] = (1, 1)
    mirrored: bool = False
    least: float = 0.0
    most: float = math.inf
    people: int = 30


# How fast trust falls with the logarithm of the size.
SHARPNESS = 8.0
ONE_LOOK = (Look(),)
#: Large people are read from a smaller copy.
TWO_LOOKS = (Look(most=170), Look((7, 12), least=170, people=10))
#: Small ones from a larger copy, and everybody mirrored too.
SIX_LOOKS = tuple(
    Look(zoom, mirrored=mirrored, least=least, most=most, people=people)
    for zoom, least, most, people in (
        ((5, 4), 0, 120, 30),
        ((5, 6), 120, 200, 30),
        ((1, 2), 200, math.inf, 10),
    )
    for mirrored in (False, True)
)
LOOKS = {"one": ONE_LOOK, "two": TWO_LOOKS, "six": SIX_LOOKS}


class Places(NamedTuple):
    """Places as the sum of two parts, each (..., 2), x first."""

    cell: Tensor  #: whole numbers, int64
    rest: Tensor  #: what is added, mostly below one


def through(image: Tensor, look: Look) -> Tensor:
    """Show the image as a look sees it."""
    up, down = look.zoom
    if up != down:
        sides = (image.shape[axis] for axis in (2, 3))
        size = [(2 * side * up + 32 * down) // (64 * down) * 32 for side in sides]
        image = F.interpolate(image, size=size, mode="bilinear", align_corners=False)
    return image.flip(3) if look.mirrored else image


def extent(image: Tensor) -> Tensor:
    """Give width and height as int64, also where the graph is traced for any size."""
    return torch._shape_as_tensor(image)[[3, 2]]


def mirrored(xy: Places, width: Tensor) -> Places:
    """Bring places of people (people, 17, 2) in a mirrored image of `width` cells back."""
    cell = torch.stack([width - xy.cell[..., 0], xy.cell[..., 1]], -1)
    rest = xy.rest * torch.tensor([-1.0, 1.0])
    return Places(cell[:, COCO17.mirror], rest[:, COCO17.mirror])


def rescaled(xy: Places, ours: Tensor, theirs: Tensor) -> Places:
    """Bring places from an image of `theirs` cells (width, height) to the same image of `ours`."""
    whole = xy.cell * ours // theirs
    left = (xy.cell * ours - whole * theirs).float() / theirs
    return Places(whole, left + xy.rest * (ours / theirs))


def trust(look: Look, looks: tuple[Look, ...], size: Tensor) -> Tensor:
    """Say from 0 to 1 how far a look is trusted with people of a size in pixels, (people,).

    The look that suits a size best is trusted wholly, so that nobody's scores suffer from standing
    between two.
    """
    best = torch.stack([_suits(each, size) for each in looks]).amax(0)
    return _suits(look, size) / best


def _suits(look: Look, size: Tensor) -> Tensor:
    suits = torch.ones_like(size)
    if look.least > 0:
        suits = suits * torch.sigmoid(SHARPNESS * torch.log(size / look.least))
    if look.most < math.inf:
        suits = suits * torch.sigmoid(SHARPNESS * torch.log(look.most / size))
    return suits
