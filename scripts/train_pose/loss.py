"""How far the branches' answers are from the labels: Zhou et al., "Objects as points", 2019."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

# Weights of the four terms; guesses err by cells, offsets by parts of a cell.
GUESS, OFFSET = 0.1, 1.0
# Offsets are learned at the keypoint's cell and its neighbours: the peak may lie beside it.
AROUND = [(x, y) for x in (-1, 0, 1) for y in (-1, 0, 1)]


def branch_loss(
    found: dict[str, Tensor], heat: Tensor, mask: Tensor, xy: Tensor, centre: Tensor
) -> Tensor:
    """Give the error of a batch of views.

    Parameters
    ----------
    found : dict of Tensor (batch, channels, cells, cells)
        What the branches answered: ``center``, ``kpt_heatmap``, ``kpt_regress``, ``kpt_offset``.
    heat : Tensor (batch, 18, cells, cells)
        Spots of centres, then keypoints.
    mask : Tensor (batch, 1, cells, cells)
        1 where it is known who is there.
    xy, centre : Tensor (batch, people, 17, 2), (batch, people, 2)
        Keypoints and centres in cells, NaN where unknown.

    Returns
    -------
    Tensor
        A scalar.
    """
    return (
        focal(found["center"], heat[:, :1], mask)
        + focal(found["kpt_heatmap"], heat[:, 1:], mask)
        + GUESS * guess_error(found["kpt_regress"], xy, centre)
        + OFFSET * offset_error(found["kpt_offset"], xy)
    )


def focal(logits: Tensor, heat: Tensor, mask: Tensor) -> Tensor:
    """Give the focal loss of maps whose spots have height 1, for each spot."""
    logits = logits.float()
    found, spot = torch.sigmoid(logits), (heat >= 1).float()
    hit = (1 - found).square() * F.logsigmoid(logits) * spot
    miss = (1 - heat).pow(4) * found.square() * F.logsigmoid(-logits) * (1 - spot)
    return -((hit + miss) * mask).sum() / (spot * mask).sum().clamp(min=1.0)


def guess_error(found: Tensor, xy: Tensor, centre: Tensor) -> Tensor:
    """Give the mean distance along x and y, in cells, of the guesses made at the centres."""
    there = torch.nan_to_num(centre).floor().long()
    guesses = _at(found, there)  # (batch, people, 17, 2)
    return _mean_distance(there[:, :, None] + guesses, xy, xy.isfinite())


def offset_error(found: Tensor, xy: Tensor) -> Tensor:
    """Give the mean error of the offsets, in cells, around every keypoint."""
    cells = torch.nan_to_num(xy).floor().long()
    kinds = torch.arange(xy.shape[2])
    errors = []
    for shift in AROUND:
        there = cells + torch.tensor(shift)
        inside = ((there >= 0) & (there < found.shape[-1])).all(-1, keepdim=True)
        there = there.clamp(0, found.shape[-1] - 1)
        offsets = _at(found, there.flatten(1, 2)).unflatten(1, xy.shape[1:3])
        own = offsets[:, :, kinds, kinds]
        errors.append(_mean_distance(there + own, xy, xy.isfinite() & inside))
    return torch.stack(errors).mean()


def _at(found: Tensor, cells: Tensor) -> Tensor:
    """Read pairs (y, x) at cells (batch, n, 2): (batch, n, 17, 2), x first."""
    width = found.shape[-1]
    flat = cells[..., 1] * width + cells[..., 0]
    index = flat[:, None].expand(-1, found.shape[1], -1)
    values = found.float().flatten(2).gather(2, index).transpose(1, 2)
    return values.unflatten(2, (-1, 2)).flip(3)


def _mean_distance(found: Tensor, xy: Tensor, known: Tensor) -> Tensor:
    apart = (found - torch.nan_to_num(xy)).abs() * known
    return apart.sum() / known.sum().clamp(min=1)
