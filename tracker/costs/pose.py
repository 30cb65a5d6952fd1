"""How unlike the expected pose the seen one is: object keypoint similarity of what both show."""

from __future__ import annotations

import numpy as np

from tracker.matching import Array, Pairing

#: How far a keypoint may be off, in heights, for a similarity of exp(-1/2). COCO's per-keypoint
#: constants (0.026 to 0.107 of the root of the area) are about this, the pose being a prediction.
TOLERANCE = 0.06
#: Farther apart, in heights, no two poses are alike: the similarity is 0 to many digits.
FARTHEST = 1.0


def cost(pairing: Pairing) -> Array:
    """Give 1 less the object keypoint similarity (COCO): (tracks, people).

    Keypoints that the person does not show are left out; somebody without keypoints is unlike all.
    """
    result = np.ones((len(pairing.old), len(pairing.new)))
    near = np.nonzero(pairing.distance < FARTHEST)
    old, new = near
    away = (pairing.old.xy[old] - pairing.new.xy[new]) / pairing.height[near][:, None, None]
    square = np.einsum("pkd,pkd->pk", away, away)
    seen = np.isfinite(square)
    alike = np.exp(np.where(seen, square, np.inf) / (-2 * TOLERANCE**2))
    result[near] -= alike.sum(1) / np.maximum(seen.sum(1), 1)
    return result
