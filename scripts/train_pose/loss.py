"""How far the maps are from what they shall be."""

from __future__ import annotations

from torch import Tensor


def masked_l2(stages: list[Tensor], maps: Tensor, mask: Tensor) -> Tensor:
    """Sum over the stages the mean squared error of the cells that are known.

    Parameters
    ----------
    stages : list of Tensor (batch, channels, height, width)
        What the network answered.
    maps : Tensor (batch, channels, height, width)
        What it should have answered.
    mask : Tensor (batch, 1, height, width)
        1 where `maps` is known.

    Returns
    -------
    Tensor
        A scalar: per known cell, summed over the channels.
    """
    known = mask.sum().clamp(min=1.0)
    errors = [((stage.float() - maps).square() * mask).sum() / known for stage in stages]
    total = errors[0]
    for error in errors[1:]:
        total = total + error
    return total
