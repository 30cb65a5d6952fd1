"""How much larger or smaller the person is."""

from __future__ import annotations

import numpy as np

from tracker.matching import Array, Pairing


def cost(pairing: Pairing) -> Array:
    """Give the absolute logarithm of the ratio of the heights: (tracks, people)."""
    old, new = np.log(pairing.old.height), np.log(pairing.new.height)
    return np.asarray(np.abs(old[:, None] - new[None]))
