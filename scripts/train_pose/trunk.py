"""The trunk: MoveNet.MultiPose (Google, Apache-2.0) in torch, with its published weights.

A MobileNetV2 of width 1.5, a feature pyramid down to stride 4 and, on its finest level, small
branches for centres, keypoint maps and offsets. Batch normalisation is folded into the published
weights, so every convolution has a bias. Source: the TensorFlow.js graph ``movenet-multipose``.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from scripts.train_pose.graph import read_weights

# Of each inverted residual block: channels in, channels out, stride; the first does not expand.
BLOCKS = (
    *((48, 24, 1), (24, 40, 2), (40, 40, 1), (40, 48, 2), (48, 48, 1), (48, 48, 1)),
    *((48, 96, 2), (96, 96, 1), (96, 96, 1), (96, 96, 1), (96, 144, 1), (144, 144, 1)),
    *((144, 144, 1), (144, 240, 2), (240, 240, 1), (240, 240, 1), (240, 480, 1)),
)
EXPANSION = 6
EXTRACTOR = "StatefulPartitionedCall/center_net_mobile_net_v2fpn_feature_extractor/model_1"
# Of each branch that speaks of keypoints: the numbers of its convolutions and its channels.
BRANCHES = {
    "center": (3, 4, 1),
    "kpt_heatmap": (6, 7, 17),
    "kpt_regress": (7, 8, 34),
    "kpt_offset": (8, 9, 34),
}
BRANCH_WIDTH = 96
# Sides of images are multiples of this: the trunk's stride, and it halves even sizes only.
MULTIPLE = 32
# Training changes the blocks from this one on, and what follows; they work at stride 32 and are cheap.
FIRST_LEARNED = 14


class Levels(NamedTuple):
    """What the trunk knows before its last blocks, each (batch, channels, height / stride, width / stride)."""

    block2: Tensor  #: stride 4, 40 channels
    block5: Tensor  #: stride 8, 48 channels
    block9: Tensor  #: stride 16, 96 channels
    block13: Tensor  #: stride 32, 240 channels


class SameConv(nn.Conv2d):
    """A convolution with TensorFlow's "SAME" padding, which at stride 2 pads after, not before."""

    def __init__(
        self, c_in: int, c_out: int, size: int, *, stride: int = 1, groups: int = 1
    ) -> None:
        padding = size // 2 if stride == 1 else 0
        super().__init__(c_in, c_out, size, stride, padding, groups=groups)

    def forward(self, x: Tensor) -> Tensor:
        """Convolve; at stride 2 the height and width of `x` must be even."""
        return super().forward(F.pad(x, (0, 1, 0, 1)) if self.stride[0] == 2 else x)


class InvertedResidual(nn.Module):
    """MobileNetV2's block: widen, filter each channel, narrow, and add where the shapes allow."""

    def __init__(self, c_in: int, c_out: int, stride: int, *, expand: bool) -> None:
        super().__init__()
        width = c_in * EXPANSION if expand else c_in
        self.expand = SameConv(c_in, width, 1) if expand else None
        self.depthwise = SameConv(width, width, 3, stride=stride, groups=width)
        self.project = SameConv(width, c_out, 1)
        self.adds = expand and stride == 1 and c_in == c_out

    def forward(self, x: Tensor) -> Tensor:
        """Map (batch, c_in, height, width) to (batch, c_out, height / stride, width / stride)."""
        wide = x if self.expand is None else F.relu6(self.expand(x), inplace=True)
        out = cast(Tensor, self.project(F.relu6(self.depthwise(wide), inplace=True)))
        return x + out if self.adds else out


class Separable(nn.Module):
    """Depthwise 3 x 3, pointwise, ReLU."""

    def __init__(self, c_in: int, c_out: int) -> None:
        super().__init__()
        self.depthwise = SameConv(c_in, c_in, 3, groups=c_in)
        self.pointwise = SameConv(c_in, c_out, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Map (batch, c_in, height, width) to (batch, c_out, height, width)."""
        return F.relu(self.pointwise(self.depthwise(x)), inplace=True)


class Branch(nn.Sequential):
    """One of MoveNet's output branches, before its sigmoid where it has one."""

    def __init__(self, c_out: int) -> None:
        super().__init__(Separable(24, BRANCH_WIDTH), SameConv(BRANCH_WIDTH, c_out, 1))


class MoveNetTrunk(nn.Module):
    """MoveNet.MultiPose up to its branches; reads RGB / 127.5 - 1 of a multiple of 32 pixels.

    Parameters
    ----------
    branches : iterable of str
        The branches it shall have, of `BRANCHES`.
    """

    def __init__(self, branches: Iterable[str] = tuple(BRANCHES)) -> None:
        super().__init__()
        self.stem = SameConv(3, BLOCKS[0][0], 3, stride=2)
        self.blocks = nn.ModuleList(
            InvertedResidual(c_in, c_out, stride, expand=k > 0)
            for k, (c_in, c_out, stride) in enumerate(BLOCKS)
        )
        self.last = SameConv(480, 1280, 1)
        self.lateral = nn.ModuleList(
            SameConv(c_in, c_out, 1) for c_in, c_out in ((1280, 64), (96, 64), (48, 32), (40, 24))
        )
        self.merge = nn.ModuleList(Separable(a, b) for a, b in ((64, 32), (32, 24), (24, 24)))
        self.branches = nn.ModuleDict({name: Branch(BRANCHES[name][-1]) for name in branches})

    def forward(self, image: Tensor) -> Tensor:
        """Compute the finest level of the pyramid, which the branches read: stride 4, 24 channels."""
        return self.finest(self.levels(image))

    def levels(self, image: Tensor) -> Levels:
        """Compute what stays as published of images (batch, 3, height, width)."""
        x = F.relu6(self.stem(image), inplace=True)
        outs: list[Tensor] = []
        for block in self.blocks[:FIRST_LEARNED]:
            x = block(x)
            outs.append(x)
        return Levels(*(outs[k] for k in (2, 5, 9, 13)))

    def finest(self, levels: Levels) -> Tensor:
        """Compute the finest level of the pyramid (batch, 24, height / 4, width / 4)."""
        x = levels.block13
        for block in self.blocks[FIRST_LEARNED:]:
            x = block(x)
        x = self.lateral[0](F.relu6(self.last(x), inplace=True))
        sides = (levels.block9, levels.block5, levels.block2)
        for lateral, merge, side in zip(self.lateral[1:], self.merge, sides, strict=True):
            x = merge(up(x) + lateral(side))
        return x

    def read(self, levels: Levels) -> dict[str, Tensor]:
        """Compute what every branch answers, by its name, at stride 4."""
        finest = self.finest(levels)
        return {name: branch(finest) for name, branch in self.branches.items()}

    def learned(self) -> dict[str, Tensor]:
        """Give the weights that training may change, by name."""
        return {
            name: value
            for name, value in self.state_dict().items()
            if not name.startswith("stem.") and not _is_early_block(name)
        }

    def load_published(self, model_json: Path) -> None:
        """Take over the weights of the published graph."""
        weights = read_weights(model_json)
        for name, conv in self.named_modules():
            if isinstance(conv, SameConv):
                _assign(conv, weights, *_published_names(name))


def _is_early_block(name: str) -> bool:
    part, number, *_ = name.split(".")
    return part == "blocks" and int(number) < FIRST_LEARNED


def up(x: Tensor) -> Tensor:
    """Double height and width, bilinear with half-pixel centres as the published graph does."""
    return F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)


def _published_names(name: str) -> tuple[str, str | None]:
    """Give the graph's names of the kernel and of the bias of one of our convolutions."""
    part, *rest = name.split(".")
    if part in ("stem", "last"):
        return _folded(f"model/{'Conv1' if part == 'stem' else 'Conv_1'}/Conv2D")
    if part == "blocks":
        kind = "depthwise/depthwise" if rest[1] == "depthwise" else f"{rest[1]}/Conv2D"
        prefix = f"block_{rest[0]}" if rest[0] != "0" else "expanded_conv"
        return _folded(f"model/{prefix}_{kind}")
    if part == "lateral":
        conv = "conv2d" if rest[0] == "0" else f"conv2d_{rest[0]}"
        return (
            f"{EXTRACTOR}/{conv}/Conv2D/ReadVariableOp",
            f"{EXTRACTOR}/{conv}/BiasAdd/ReadVariableOp",
        )
    if part == "merge":
        k = "" if rest[0] == "0" else f"_{rest[0]}"
        both = f"{EXTRACTOR}/separable_conv2d{k}/separable_conv2d"
        if rest[1] == "depthwise":
            return f"{both}/ReadVariableOp", None
        return f"{both}_weights", f"{both}_bn_offset"
    return _branch_names(*rest)


def _branch_names(branch: str, layer: str, kind: str = "") -> tuple[str, str | None]:
    separable, conv, _ = BRANCHES[branch]
    root = f"StatefulPartitionedCall/{branch}_0"
    if layer == "1":
        return (
            f"{root}/conv2d_{conv}/Conv2D/ReadVariableOp",
            f"{root}/conv2d_{conv}/BiasAdd/ReadVariableOp",
        )
    root = f"{root}/separable_conv2d_{separable}"
    if kind == "depthwise":
        return f"{root}/separable_conv2d/ReadVariableOp", None
    return f"{root}/separable_conv2d/ReadVariableOp_1", f"{root}/BiasAdd/ReadVariableOp"


def _folded(name: str) -> tuple[str, str]:
    return f"{EXTRACTOR}/{name}_weights", f"{EXTRACTOR}/{name}_bn_offset"


def _assign(
    conv: SameConv, weights: dict[str, NDArray[Any]], kernel: str, bias: str | None
) -> None:
    # TensorFlow keeps (height, width, in, out), depthwise (height, width, channels, 1).
    order = (2, 3, 0, 1) if conv.groups > 1 else (3, 2, 0, 1)
    values = torch.from_numpy(np.ascontiguousarray(weights[kernel].transpose(order)))
    if conv.weight.shape != values.shape or conv.bias is None:
        raise ValueError(
            f"{kernel}: expected {tuple(conv.weight.shape)}, found {tuple(values.shape)}"
        )
    with torch.no_grad():
        conv.weight.copy_(values)
        conv.bias.zero_()
        if bias is not None:
            conv.bias.copy_(torch.from_numpy(weights[bias].copy()))
