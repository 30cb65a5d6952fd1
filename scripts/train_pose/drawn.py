"""MoveNet's people drawn as an OpenPose network's maps, inside the network: nothing to train.

MoveNet finds people by their centres, and from a centre guesses where the keypoints are. Here every
guess moves to the keypoint peak it means, and the people so found are drawn as confidence maps and
part affinity fields at stride 8, so that whatever reads an OpenPose network reads this one. All of it
is part of the graph, and all drawing is matrix products of ridges, which cost next to nothing.

MoveNet reads people of some sizes well and no others. So the graph may look at the image several
times, resized and mirrored, and trusts each look with the sizes it is good at.

Engines may compute all this in bfloat16, which keeps three digits. So a place is kept as a cell, a
whole number that stays exact, and a small rest, and never as their sum.
Methods: Zhou et al., "Objects as points", 2019 (centres, guesses, peaks); Cao et al., CVPR 2017 (maps).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from scripts.train_pose.looks import (
    ONE_LOOK,
    Look,
    Places,
    extent,
    mirrored,
    rescaled,
    through,
    trust,
)
from scripts.train_pose.trunk import Branch, MoveNetTrunk, SameConv, Separable
from tracker.skeleton import COCO17, COCO18, Skeleton

# Claims on a peak this close to the best one are as good as it.
CONTESTED = 0.999


@dataclass(frozen=True)
class Drawing:
    """How people are read from MoveNet's branches and drawn.

    Parameters
    ----------
    peaks : int
        Peaks of each keypoint that are considered, the surest ones.
    apart : int
        Side of the square, in cells of stride 4, that holds one centre at most.
    reach : float
        How far a peak may lie from its guess: the spread of the weight, as a share of the
        person's size.
    least_centre : float
        Centres below are nobody.
    least_peak : float
        Where no peak of that weight is near, the guess itself is drawn, this faintly.
    spot, strip : float
        Spread of spots and strips, in cells of stride 8.
    points : int
        Points along a limb that are joined to a strip.
    """

    peaks: int = 40
    apart: int = 5
    reach: float = 0.2
    least_centre: float = 0.05
    least_peak: float = 0.02
    spot: float = 0.9
    strip: float = 0.7
    points: int = 12


class DrawnMoveNet(nn.Module):
    """From images (batch of 1, 3, height, width) to maps (1, channels, height / 8, width / 8)."""

    def __init__(
        self,
        looks: tuple[Look, ...] = ONE_LOOK,
        how: Drawing | None = None,
        skeleton: Skeleton = COCO18,
    ) -> None:
        super().__init__()
        self.trunk = MoveNetTrunk()
        self.looks = looks
        self.how = how or Drawing()
        self.skeleton = skeleton
        self.order = [COCO17.index(name) if name != "neck" else -1 for name in skeleton.keypoints]

    def forward(self, image: Tensor) -> Tensor:
        """Compute the maps."""
        found = [self._found(self.trunk(through(image, look)), look, image) for look in self.looks]
        cell, rest, score = (torch.cat(parts) for parts in zip(*found, strict=True))
        rows, columns = image.shape[2] // 8, image.shape[3] // 8
        drawn: Tensor = self.draw(*self.with_neck(Places(cell, rest), score), rows, columns)
        return drawn[None]

    def _found(self, finest: Tensor, look: Look, image: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Read the people of one look: cells and rests in the image as it was, and scores."""
        branches = cast(dict[str, Branch], self.trunk.branches)
        centre, heat = (
            torch.sigmoid(branches[name](finest)[0]) for name in ("center", "kpt_heatmap")
        )
        sure, at = _surest_peaks(centre, self.how.apart, look.people)
        height, where = _surest_peaks(heat, 3, self.how.peaks)
        theirs = extent(finest)
        middle = Places(_cells(at[0], theirs[0]), _guesses(branches["kpt_regress"], finest, at[0]))
        peaks = Places(_cells(where, theirs[0]), _offsets(branches["kpt_offset"], finest, where))
        xy, score, size = self.people(sure[0], middle, height, peaks)
        if look.mirrored:
            xy, score = mirrored(xy, theirs[0]), score[:, COCO17.mirror]
        if look.zoom != (1, 1):
            ours = extent(image) // 4
            xy, size = rescaled(xy, ours, theirs), size * ours[1] / theirs[1]
        return *xy, score * trust(look, self.looks, 4 * size)[:, None]

    def people(
        self, sure: Tensor, guess: Places, height: Tensor, peak: Places
    ) -> tuple[Places, Tensor, Tensor]:
        """Bring guesses to the peaks they mean.

        Parameters
        ----------
        sure : Tensor (people,)
            Scores of the centres.
        guess : Places
            The cells of the centres (people, 2), and from there to the keypoints (people, 17, 2).
        height : Tensor (17, peaks)
            Scores of the peaks of each keypoint.
        peak : Places
            Where they are, (17, peaks, 2).

        Returns
        -------
        Places, Tensor, Tensor
            Keypoints (people, 17, 2), their scores (people, 17), sizes of the people in cells.
        """
        how, middle, away = self.how, guess.cell[:, None], guess.rest
        size = (away.amax(1) - away.amin(1)).amax(1).clamp(min=4.0)  # (people,)
        apart = (middle[:, :, None] - peak.cell[None]).float()
        apart = apart + (away[:, :, None] - peak.rest[None])  # (people, 17, peaks, 2)
        far = apart.square().sum(-1) / (2 * (how.reach * size[:, None, None]).square())
        weight = torch.exp(-far) * height[None]
        # A peak is one person's: whose centre is surer and whose guess is nearer. What the others
        # would have taken from a neighbour, or from themselves seen twice, is left to their guess.
        claim = weight * sure.sqrt()[:, None, None]
        theirs = claim >= CONTESTED * claim.amax(0, keepdim=True)
        best, chosen = (weight * theirs.float()).max(-1)  # (people, 17)
        kinds = torch.arange(len(COCO17))[None]
        found = best > how.least_peak
        cell = torch.where(found[..., None], peak.cell[kinds, chosen], middle)
        xy = Places(cell, torch.where(found[..., None], peak.rest[kinds, chosen], away))
        score = torch.where(found, height[kinds, chosen], torch.full_like(best, how.least_peak))
        seen = sure * (sure > how.least_centre).float()
        return xy, score * seen[:, None], size

    def with_neck(self, xy: Places, score: Tensor) -> tuple[Places, Tensor]:
        """Put the neck between the shoulders, as sure as the less sure of them."""
        left, right = (COCO17.index(f"{side}_shoulder") for side in ("left", "right"))
        way = _way(xy, [left], [right])
        neck = Places(xy.cell[:, left, None], xy.rest[:, left, None] + way / 2)
        cell, rest = (torch.cat(parts, 1) for parts in zip(xy, neck, strict=True))
        score = torch.cat([score, score[:, [left, right]].amin(1, keepdim=True)], 1)
        return Places(cell[:, self.order], rest[:, self.order]), score[:, self.order]

    def draw(self, xy: Places, score: Tensor, rows: int, columns: int) -> Tensor:
        """Draw people, given in cells of stride 4, as maps (channels, rows, columns)."""
        # MoveNet counts from the corner of a cell, we from the centre.
        half = xy.cell // 2
        xy = Places(half, ((xy.cell - 2 * half).float() + xy.rest) / 2 - 0.5)
        across, along = _ridges(xy, torch.full_like(score, self.how.spot), rows, columns)
        spots = torch.matmul((along * score[..., None]).permute(1, 2, 0), across.transpose(0, 1))
        background = 1 - spots.amax(0, keepdim=True).clamp(max=1.0)
        return torch.cat([spots, background, self._strips(xy, score, rows, columns)])

    def _strips(self, xy: Places, score: Tensor, rows: int, columns: int) -> Tensor:
        first, second = (list(ends) for ends in zip(*self.skeleton.limbs, strict=True))
        cell, rest = xy.cell[:, first], xy.rest[:, first]  # (people, limbs, 2)
        way = _way(xy, first, second)
        length = way.square().sum(-1, keepdim=True).sqrt().clamp(min=0.1)
        gap = length[..., 0] / (self.how.points - 1)
        spread = (0.7 * gap).clamp(min=self.how.strip)
        # So many points lie within one spread that their spots add up to about one.
        share = (gap / (2.507 * spread)).clamp(min=0.15)
        level = torch.minimum(score[:, first], score[:, second]).sqrt() * share
        vector = way / length * level[..., None]
        step = torch.linspace(0, 1, self.how.points)[:, None, None, None]
        moved = step * way
        whole = torch.round(moved)
        points = Places((cell + whole.long()).flatten(0, 1), (rest + (moved - whole)).flatten(0, 1))
        across, along = _ridges(points, spread.repeat(self.how.points, 1), rows, columns)
        along = along.permute(1, 2, 0)  # (limbs, rows, points * people)
        vector = vector.repeat(self.how.points, 1, 1)
        fields = [
            torch.matmul(along, (across * vector[..., axis, None]).transpose(0, 1))
            for axis in (0, 1)
        ]
        return torch.stack(fields, 1).clamp(-1, 1).flatten(0, 1)


def _surest_peaks(maps: Tensor, apart: int, count: int) -> tuple[Tensor, Tensor]:
    """Give value and flat index of the highest local maxima of each map, (maps, count)."""
    highest = F.max_pool2d(maps[None], apart, 1, apart // 2)[0]
    peaks = torch.where(highest == maps, maps, torch.zeros_like(maps))
    values, indices = peaks.flatten(1).topk(count)
    return values, indices


def _guesses(branch: Branch, finest: Tensor, at: Tensor) -> Tensor:
    """Evaluate the branch of guesses at a few places (n,): (n, 17, 2), x first."""
    weight, bias = _pairs(branch)
    hidden = _hidden(branch, finest, at)  # (n, channels)
    return (hidden @ weight.flatten(0, 1).T + bias.flatten()).unflatten(1, bias.shape).flip(2)


def _offsets(branch: Branch, finest: Tensor, where: Tensor) -> Tensor:
    """Evaluate the branch of offsets, each keypoint's at its own places (17, n): (17, n, 2)."""
    weight, bias = _pairs(branch)
    hidden = _hidden(branch, finest, where.flatten()).unflatten(0, (len(COCO17), -1))
    return (torch.matmul(hidden, weight.transpose(1, 2)) + bias[:, None]).flip(2)


def _hidden(branch: Branch, finest: Tensor, at: Tensor) -> Tensor:
    """Evaluate the first layers of a branch at places (n,) only: (n, channels)."""
    separable = cast(Separable, branch[0])
    # Taken from rows of the map as it lies: turning the whole map costs as much as ten convolutions.
    filtered = separable.depthwise(finest)[0].flatten(1).index_select(1, at).T
    weight, bias = separable.pointwise.weight[:, :, 0, 0], cast(Tensor, separable.pointwise.bias)
    return F.relu(filtered @ weight.T + bias)


def _pairs(branch: Branch) -> tuple[Tensor, Tensor]:
    """Give weights (17, 2, channels) and biases (17, 2) of the (y, x) that a branch answers."""
    last = cast(SameConv, branch[1])
    shape = (len(COCO17), 2)
    return last.weight[:, :, 0, 0].unflatten(0, shape), cast(Tensor, last.bias).unflatten(0, shape)


def _cells(flat: Tensor, width: Tensor) -> Tensor:
    """Turn flat indices (...) into whole cells (..., 2), x first."""
    return torch.stack([flat % width, flat // width], -1)


def _way(xy: Places, start: list[int], end: list[int]) -> Tensor:
    """Give the vectors between two keypoints of each person, (people, len(start), 2)."""
    return (xy.cell[:, end] - xy.cell[:, start]).float() + (xy.rest[:, end] - xy.rest[:, start])


def _ridges(xy: Places, spread: Tensor, rows: int, columns: int) -> tuple[Tensor, Tensor]:
    """Give the profiles of spots along x, (n, kinds, columns), and along y, (n, kinds, rows)."""
    sides = []
    for axis, cells in ((0, columns), (1, rows)):
        away = (torch.arange(cells) - xy.cell[..., axis, None]).float()
        away = (away - xy.rest[..., axis, None]) / spread[..., None]
        sides.append(torch.exp(-0.5 * away.square()))
    return sides[0], sides[1]
