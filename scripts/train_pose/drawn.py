"""MoveNet's people drawn as an OpenPose network's maps, inside the network: nothing to train.

MoveNet finds people by their centres, and from a centre guesses where the keypoints are. Here every
guess moves to the keypoint peak it means, and the people so found are drawn as confidence maps and
part affinity fields at stride 8, so that whatever reads an OpenPose network reads this one. All of it
is part of the graph, and all drawing is matrix products of ridges, which cost next to nothing.

Engines may compute all this in bfloat16, which holds whole numbers only up to 256 and keeps three
digits of the rest. So a place is kept as a whole cell and a small rest, and never as their sum.
Methods: Zhou et al., "Objects as points", 2019 (centres, guesses, peaks); Cao et al., CVPR 2017 (maps).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from scripts.train_pose.trunk import MoveNetTrunk
from tracker.skeleton import COCO17, COCO18, Skeleton


@dataclass(frozen=True)
class Drawing:
    """How people are read from MoveNet's branches and drawn.

    Parameters
    ----------
    people : int
        At most so many are drawn, the surest ones.
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

    people: int = 30
    peaks: int = 40
    apart: int = 5
    reach: float = 0.2
    least_centre: float = 0.05
    least_peak: float = 0.02
    spot: float = 0.9
    strip: float = 0.7
    points: int = 12


class Places(NamedTuple):
    """Places as the sum of two parts, each (..., 2), x first."""

    cell: Tensor  #: whole numbers
    rest: Tensor  #: what is added, mostly below one


class DrawnMoveNet(nn.Module):
    """From images (batch of 1, 3, height, width) to maps (1, channels, height / 8, width / 8)."""

    def __init__(self, how: Drawing | None = None, skeleton: Skeleton = COCO18) -> None:
        super().__init__()
        self.trunk = MoveNetTrunk()
        self.how = how or Drawing()
        self.skeleton = skeleton
        self.order = [COCO17.index(name) if name != "neck" else -1 for name in skeleton.keypoints]

    def forward(self, image: Tensor) -> Tensor:
        """Compute the maps."""
        finest = self.trunk(image).pyramid4
        centre, heat, guess, offset = (branch(finest)[0] for branch in self.trunk.branches.values())
        xy, score = self.people(torch.sigmoid(centre), torch.sigmoid(heat), guess, offset)
        rows, columns = image.shape[2] // 8, image.shape[3] // 8
        return self.draw(*self.with_neck(xy, score), rows, columns)[None]

    def people(
        self, centre: Tensor, heat: Tensor, guess: Tensor, offset: Tensor
    ) -> tuple[Places, Tensor]:
        """Read people: places (people, 17, 2) in cells of stride 4, and scores (people, 17)."""
        how, width = self.how, centre.shape[2]
        sure, at = _surest_peaks(centre, how.apart, how.people)
        middle = _cells(at[0], width)[:, None]  # (people, 1, 2)
        away = _gather_pairs(guess, at[0]).transpose(0, 1)  # from the middle, (people, 17, 2)
        size = (away.amax(1) - away.amin(1)).amax(1).clamp(min=4.0)  # (people,)
        height, where = _surest_peaks(heat, 3, how.peaks)  # (17, peaks)
        peak, rest = _cells(where, width), _gather_own(offset, where)  # (17, peaks, 2)
        apart = (middle[:, :, None] - peak[None]) + (away[:, :, None] - rest[None])
        far = apart.square().sum(-1) / (2 * (how.reach * size[:, None, None]).square())
        best, chosen = (torch.exp(-far) * height[None]).max(-1)  # (people, 17)
        kinds = torch.arange(len(COCO17))[None]
        found = best > how.least_peak
        cell = torch.where(found[..., None], peak[kinds, chosen], middle)
        xy = Places(cell, torch.where(found[..., None], rest[kinds, chosen], away))
        score = torch.where(found, height[kinds, chosen], torch.full_like(best, how.least_peak))
        seen = sure[0] * (sure[0] > how.least_centre).float()
        return xy, score * seen[:, None]

    def with_neck(self, xy: Places, score: Tensor) -> tuple[Places, Tensor]:
        """Put the neck between the shoulders, as sure as the less sure of them."""
        left, right = (COCO17.index(f"{side}_shoulder") for side in ("left", "right"))
        way = (xy.cell[:, right] - xy.cell[:, left]) + (xy.rest[:, right] - xy.rest[:, left])
        neck = Places(xy.cell[:, left, None], (xy.rest[:, left] + way / 2)[:, None])
        cell, rest = (torch.cat(parts, 1) for parts in zip(xy, neck, strict=True))
        score = torch.cat([score, score[:, [left, right]].amin(1, keepdim=True)], 1)
        return Places(cell[:, self.order], rest[:, self.order]), score[:, self.order]

    def draw(self, xy: Places, score: Tensor, rows: int, columns: int) -> Tensor:
        """Draw people, given in cells of stride 4, as maps (channels, rows, columns)."""
        # MoveNet counts from the corner of a cell, we from the centre.
        half = torch.floor(xy.cell / 2)
        xy = Places(half, (xy.cell - 2 * half + xy.rest) / 2 - 0.5)
        across, along = _ridges(xy, torch.full_like(score, self.how.spot), rows, columns)
        spots = torch.matmul((along * score[..., None]).permute(1, 2, 0), across.transpose(0, 1))
        background = 1 - spots.amax(0, keepdim=True).clamp(max=1.0)
        return torch.cat([spots, background, self._strips(xy, score, rows, columns)])

    def _strips(self, xy: Places, score: Tensor, rows: int, columns: int) -> Tensor:
        first, second = (list(ends) for ends in zip(*self.skeleton.limbs, strict=True))
        cell, rest = xy.cell[:, first], xy.rest[:, first]  # (people, limbs, 2)
        way = (xy.cell[:, second] - cell) + (xy.rest[:, second] - rest)
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
        points = Places((cell + whole).flatten(0, 1), (rest + (moved - whole)).flatten(0, 1))
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


def _gather_pairs(pairs: Tensor, at: Tensor) -> Tensor:
    """Read (y, x) pairs of all keypoints at some places: (17, places, 2), x first."""
    read = pairs.flatten(1)[:, at].reshape(len(COCO17), 2, -1)
    return read.flip(1).transpose(1, 2)


def _gather_own(pairs: Tensor, where: Tensor) -> Tensor:
    """Read each keypoint's (y, x) pair at its own places (17, places): (17, places, 2), x first."""
    flat = pairs.reshape(len(COCO17), 2, -1)
    y, x = (flat[:, axis].gather(1, where) for axis in (0, 1))
    return torch.stack([x, y], -1)


def _cells(flat: Tensor, width: int) -> Tensor:
    """Turn flat indices (...) into whole cells (..., 2), x first."""
    return torch.stack([flat % width, flat // width], -1).float()


def _ridges(xy: Places, spread: Tensor, rows: int, columns: int) -> tuple[Tensor, Tensor]:
    """Give the profiles of spots along x, (n, kinds, columns), and along y, (n, kinds, rows)."""
    sides = []
    for axis, cells in ((0, columns), (1, rows)):
        away = torch.arange(cells).float() - xy.cell[..., axis, None]
        away = (away - xy.rest[..., axis, None]) / spread[..., None]
        sides.append(torch.exp(-0.5 * away.square()))
    return sides[0], sides[1]
