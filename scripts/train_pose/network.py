"""The trained network: what MoveNet's people look like as maps, and a correction of them.

The correction sees the trunk's features and the drawn maps. Its last layer starts at zero, so the
network starts as good as the drawing. A context branch at stride 16 sees what is around a person,
because dense convolutions are cheap there; the rest works at stride 8.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from scripts.train_pose.drawn import DrawnMoveNet
from scripts.train_pose.looks import TWO_LOOKS, Look
from scripts.train_pose.trunk import Features, up
from tracker.skeleton import COCO18, Skeleton

STRIDE = 8
MULTIPLE = 32


@dataclass(frozen=True)
class HeadSize:
    """How wide and deep the correction is.

    Parameters
    ----------
    width : int
        Channels at stride 8.
    context : int
        Channels of the context branch at stride 16.
    context_dilations, dilations : tuple of int
        Dilation of each residual block at stride 16 and at stride 8.
    """

    width: int = 96
    context: int = 96
    context_dilations: tuple[int, ...] = (1, 2)
    dilations: tuple[int, ...] = (1, 2, 4)


class Clues(NamedTuple):
    """What a correction is made from, each (batch, channels, height / stride, width / stride)."""

    at8: Tensor  #: 96 channels of the trunk at stride 8
    at16: Tensor  #: 176 at stride 16
    at32: Tensor  #: 480 at stride 32
    maps: Tensor  #: the drawn maps, stride 8


class Clued(nn.Module):
    """From an image to the clues that a correction of its drawn maps needs; nothing to train."""

    def __init__(self, looks: tuple[Look, ...] = TWO_LOOKS, skeleton: Skeleton = COCO18) -> None:
        super().__init__()
        self.drawn = DrawnMoveNet(looks, skeleton=skeleton)

    def forward(self, image: Tensor) -> Clues:
        """Compute the clues of one image (1, 3, height, width)."""
        seen, maps = self.drawn.see(image)
        return Clues(*_by_stride(seen), maps)


def _by_stride(seen: Features) -> tuple[Tensor, Tensor, Tensor]:
    at8 = torch.cat([F.avg_pool2d(seen.pyramid4, 2), seen.pyramid8, seen.block5], 1)
    return at8, torch.cat([seen.block12, seen.pyramid16], 1), seen.block16


class ConvNorm(nn.Sequential):
    """Convolution of stride 1, batch normalisation, ReLU."""

    def __init__(self, c_in: int, c_out: int, size: int, dilation: int = 1) -> None:
        padding = dilation * (size // 2)
        conv = nn.Conv2d(c_in, c_out, size, padding=padding, dilation=dilation, bias=False)
        super().__init__(conv, nn.BatchNorm2d(c_out), nn.ReLU(inplace=True))


class Correction(nn.Module):
    """From clues to corrected maps."""

    def __init__(self, size: HeadSize | None = None, skeleton: Skeleton = COCO18) -> None:
        super().__init__()
        size = size or HeadSize()
        self.deep = ConvNorm(480, size.context, 1)
        self.around = ConvNorm(176, size.context, 1)
        self.context = nn.ModuleList(
            ConvNorm(size.context, size.context, 3, dilation) for dilation in size.context_dilations
        )
        self.leave = ConvNorm(size.context, size.width, 1)
        self.enter = ConvNorm(96 + size.width + skeleton.n_channels, size.width, 1)
        self.blocks = nn.ModuleList(
            ConvNorm(size.width, size.width, 3, dilation) for dilation in size.dilations
        )
        self.last = nn.Conv2d(size.width, skeleton.n_channels, 1)
        nn.init.zeros_(self.last.weight)
        nn.init.zeros_(cast(Tensor, self.last.bias))

    def forward(self, clues: Clues) -> Tensor:
        """Correct the maps."""
        x = self.around(clues.at16) + up(self.deep(clues.at32))
        for block in self.context:
            x = x + block(x)
        x = self.enter(torch.cat([clues.at8, up(self.leave(x)), clues.maps], 1))
        for block in self.blocks:
            x = x + block(x)
        return clues.maps + cast(Tensor, self.last(x))


class CorrectedMoveNet(nn.Module):
    """From an image (1, 3, height, width) to maps (1, channels, height / 8, width / 8).

    Height and width must be multiples of 32; the image is RGB / 127.5 - 1. The channels are those
    of `skeleton`: confidence maps, background, then the part affinity fields, x and y of each limb.
    """

    def __init__(
        self,
        looks: tuple[Look, ...] = TWO_LOOKS,
        size: HeadSize | None = None,
        skeleton: Skeleton = COCO18,
    ) -> None:
        super().__init__()
        self.clued = Clued(looks, skeleton)
        self.correction = Correction(size, skeleton)

    def forward(self, image: Tensor) -> Tensor:
        """Compute the maps."""
        return cast(Tensor, self.correction(self.clued(image)))
