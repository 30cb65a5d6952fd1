"""The pose network: MoveNet's trunk and a new head in OpenPose's format at stride 8.

The head looks twice. A context branch at stride 16 sees most of a large person, because only
there a dense dilated convolution is cheap. At stride 8 a first stage draws all maps and a second
one, which sees those maps, corrects them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from scripts.train_pose.trunk import BRANCHES, Branch, Features, MoveNetTrunk, Separable, up
from tracker.skeleton import COCO18, Skeleton

STRIDE = 8
MULTIPLE = 32
# What the head is told of MoveNet's own answer.
VOTES = ("center", "kpt_heatmap", "kpt_regress")
# MoveNet's offsets to the keypoints are in cells of stride 4; this brings them to about one.
OFFSET_SCALE = 1 / 32


@dataclass(frozen=True)
class HeadSize:
    """How wide and deep the head is.

    Parameters
    ----------
    width : int
        Channels at stride 8.
    context : int
        Channels of the context branch at stride 16.
    context_dilations : tuple of int
        Dilation of each residual block of the context branch.
    dilations : tuple of int
        Dilation of each 3 x 3 convolution of the second stage.
    """

    width: int = 96
    context: int = 128
    context_dilations: tuple[int, ...] = (1, 2, 4)
    dilations: tuple[int, ...] = (1, 2, 4)


class ConvNorm(nn.Sequential):
    """Convolution of stride 1, batch normalisation, ReLU."""

    def __init__(self, c_in: int, c_out: int, size: int, dilation: int = 1) -> None:
        padding = dilation * (size // 2)
        conv = nn.Conv2d(c_in, c_out, size, padding=padding, dilation=dilation, bias=False)
        super().__init__(conv, nn.BatchNorm2d(c_out), nn.ReLU(inplace=True))


class Context(nn.Module):
    """What lies around each place, at stride 16, from the deepest features of the trunk."""

    def __init__(self, size: HeadSize) -> None:
        super().__init__()
        self.deep = ConvNorm(480, size.context, 1)
        self.enter = ConvNorm(144 + 32, size.context, 1)
        self.blocks = nn.ModuleList(
            ConvNorm(size.context, size.context, 3, dilation) for dilation in size.context_dilations
        )
        self.leave = ConvNorm(size.context, size.width, 1)

    def forward(self, seen: Features) -> Tensor:
        """Give (batch, width, height / 16, width / 16)."""
        x = self.enter(torch.cat([seen.block12, seen.pyramid16], 1)) + up(self.deep(seen.block16))
        for block in self.blocks:
            x = x + block(x)
        return cast(Tensor, self.leave(x))


class PoseNet(nn.Module):
    """From images (batch, 3, height, width) to maps (batch, channels, height / 8, width / 8).

    Height and width must be multiples of 32; images are RGB / 127.5 - 1. The channels are those of
    `skeleton`: confidence maps, background, then the part affinity fields, x and y of each limb.
    """

    def __init__(self, size: HeadSize | None = None, skeleton: Skeleton = COCO18) -> None:
        super().__init__()
        size = size or HeadSize()
        self.trunk = MoveNetTrunk(VOTES)
        self.context = Context(size)
        known = 24 + 24 + 48 + sum(BRANCHES[name][-1] for name in VOTES)
        self.fuse = ConvNorm(known + size.width, size.width, 1)
        self.feature = ConvNorm(size.width, size.width, 3)
        self.first = nn.Conv2d(size.width, skeleton.n_channels, 1)
        self.enter = ConvNorm(size.width + skeleton.n_channels, size.width, 1)
        self.refine = nn.ModuleList(
            ConvNorm(size.width, size.width, 3, dilation) for dilation in size.dilations
        )
        self.second = nn.Conv2d(size.width, skeleton.n_channels, 1)

    def stages(self, image: Tensor) -> list[Tensor]:
        """Compute the maps of every stage; the last is the network's answer."""
        seen = self.trunk(image)
        known = [F.avg_pool2d(seen.pyramid4, 2), seen.pyramid8, seen.block5, *self._votes(seen)]
        feature = self.feature(self.fuse(torch.cat([*known, up(self.context(seen))], 1)))
        first = self.first(feature)
        x = self.enter(torch.cat([feature, first], 1))
        for block in self.refine:
            x = x + block(x)
        return [first, first + self.second(x)]

    def forward(self, image: Tensor) -> Tensor:
        """Compute the maps."""
        return self.stages(image)[-1]

    def _votes(self, seen: Features) -> list[Tensor]:
        branches = cast(dict[str, Branch], self.trunk.branches)
        at8 = {name: _every_second(branches[name], seen.pyramid4) for name in VOTES}
        offsets = at8.pop("kpt_regress") * OFFSET_SCALE
        return [offsets, *(torch.sigmoid(x) for x in at8.values())]


def _every_second(branch: Branch, x: Tensor) -> Tensor:
    """Evaluate a branch at every second cell of stride 4: exact there, at a quarter of the work."""
    separable = cast(Separable, branch[0])
    depthwise = separable.depthwise
    x = F.conv2d(
        F.pad(x, (0, 1, 0, 1)), depthwise.weight, depthwise.bias, stride=2, groups=depthwise.groups
    )
    return cast(Tensor, branch[1](F.relu(separable.pointwise(x))))
