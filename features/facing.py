"""From the front as from behind: people who face the camera, seen from the other side."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from features.windows import Windows

_SIDED = ("shoulder", "hip")


def across(windows: Windows) -> NDArray[np.float32]:
    """Measure how far the right shoulder and hip are to the right of the left ones.

    Parameters
    ----------
    windows : Windows
        In pixels.

    Returns
    -------
    float32 array, shape (windows,)
        Pixels, means over what is seen: positive of who is seen from behind, negative of who faces
        the camera, 0 where nothing tells.
    """
    skeleton, total = windows.skeleton, np.zeros(len(windows), np.float32)
    for joint in _SIDED:
        if skeleton.has(f"right_{joint}") and skeleton.has(f"left_{joint}"):
            right, left = (skeleton.index(f"{side}_{joint}") for side in ("right", "left"))
            apart = windows.xy[:, :, right, 0] - windows.xy[:, :, left, 0]
            seen = np.isfinite(apart)
            total += np.where(seen, apart, 0).sum(axis=1) / np.maximum(seen.sum(axis=1), 1)
    return total


def turned(windows: Windows, whose: NDArray[np.bool_]) -> Windows:
    """Show some windows from the other side.

    From far away a camera behind a person sees what one in front sees with x flipped; left and right
    are the person's own and stay.

    Parameters
    ----------
    windows : Windows
        In pixels; x changes its sign, because the picture's width does not matter to features.
    whose : bool array, shape (windows,)
        Which windows.
    """
    sign = np.where(whose, np.float32(-1), np.float32(1))[:, None, None]
    xy = windows.xy.copy()
    xy[..., 0] *= sign
    return replace(windows, xy=xy)
