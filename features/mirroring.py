"""Left-handed as right-handed: windows seen in a mirror."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from features.windows import Windows


def mirrored(windows: Windows) -> Windows:
    """Flip x and swap left and right joints.

    Parameters
    ----------
    windows : Windows
        In pixels; x changes its sign, because the picture's width does not matter to features.

    Returns
    -------
    Windows
        The same moments of the same people, in a mirror. Mirroring twice changes nothing.
    """
    flipped = windows.xy[:, :, windows.skeleton.mirror] * np.array([-1, 1], np.float32)
    return replace(windows, xy=flipped)
