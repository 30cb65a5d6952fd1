"""How unlike the expected pose the seen one is: object keypoint similarity of what both show."""

from __future__ import annotations

import numpy as np

from tracker.matching import Array, Pairing

#: How far a keypoint may be off, in heights, for a similarity of exp(-1/2). COCO's per-keypoint
#: constants (0.026 to 0.107 of the root of the area) are about this, the pose being a prediction.
TOLERANCE = 0.06


def cost(pairing: Pairing) -> Array:
    """Give 1 less the object keypoint similarity (COCO): (tracks, people).

    Keypoints that the person does not show are left out; somebody without keypoints is unlike all.
    """
    seen = np.isfinite(pairing.new.xy[..., 0])
    places = np.where(seen[..., None], pairing.new.xy, 0)
    away = pairing.old.xy[:, None] - places[None]  # (tracks, people, keypoints, 2)
    square = (away**2).sum(-1) / (pairing.height[..., None] * TOLERANCE) ** 2
    likeness = (np.exp(-square / 2) * seen).sum(-1) / np.maximum(seen.sum(1), 1)
    return np.asarray(1 - likeness)
