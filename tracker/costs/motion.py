"""How far the neck is from where its motion leads, in heights of the person."""

from __future__ import annotations

from tracker.matching import Array, Pairing


def cost(pairing: Pairing) -> Array:
    """Give the distance from the predicted neck, in heights: (tracks, people)."""
    return pairing.distance
