"""How little the boxes around the expected and the seen person overlap."""

from __future__ import annotations

from tracker.boxes import bounding_boxes, overlaps
from tracker.matching import Array, Pairing


def cost(pairing: Pairing) -> Array:
    """Give 1 less the intersection over union of the boxes: (tracks, people)."""
    old, new = bounding_boxes(pairing.old.xy), bounding_boxes(pairing.new.xy)
    return 1 - overlaps(old, new)
