"""The error of maps where they are known."""

from __future__ import annotations

from torch import Tensor


def masked_l2(found: Tensor, maps: Tensor, mask: Tensor) -> Tensor:
    """Give the mean squared error of the cells that are known.

    Parameters
    ----------
    found : Tensor (batch, channels, height, width)
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
    error = (found.float() - maps).square() * mask
    return error.sum() / mask.sum().clamp(min=1.0)
