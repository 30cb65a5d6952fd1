"""How much larger or smaller the person is."""

from __future__ import annotations

from tracker.matching import Array, Pairing


def cost(pairing: Pairing) -> Array:
    """Give the absolute logarithm of the ratio of the heights: (tracks, people)."""
    return pairing.growth
