"""How upright a body is: its neck over its lowest joint, whatever its place and size."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from features.body_scale import body_scale, middle, quantile
from features.windows import Windows

#: The joints without which it cannot be told.
NEEDED = tuple(
    f"{side}_{joint}"
    for side in ("right", "left")
    for joint in ("shoulder", "hip", "knee", "ankle")
)


def neck_over_lowest(windows: Windows) -> NDArray[np.float64]:
    """Measure how high the neck is over the lowest joint.

    Parameters
    ----------
    windows : Windows
        In pixels, of a camera held level, with the joints of `NEEDED`.

    Returns
    -------
    float64 array, shape (windows,)
        Medians over what is seen, in torso lengths (`features.body_scale`): about 2.4 of who stands, 1.8
        on a chair, 1.3 of who crouches; NaN where nothing tells.
    """
    xy = windows.xy.astype(np.float64)
    lowest = np.fmax.reduce(xy[..., 1], axis=2)
    neck = middle(xy, windows.skeleton, "shoulder")[..., 1]
    scale = body_scale(xy, windows.skeleton)
    return quantile((lowest - neck) / scale[:, None], 0.5)
