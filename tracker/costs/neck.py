"""How far the neck is from where it was last seen, in heights of the person."""

from __future__ import annotations

import numpy as np

from tracker.matching import Array, Pairing


def cost(pairing: Pairing) -> Array:
    """Give the neck's way since it was last seen, in heights: (tracks, people)."""
    moved = pairing.old.anchor - pairing.old.last
    way = pairing.miss + moved[:, None]
    return np.asarray(np.hypot(way[..., 0], way[..., 1]) / pairing.height)
