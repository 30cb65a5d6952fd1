"""Colours of people: distinct, also for the colour-blind, and always the same for an ID."""

from __future__ import annotations

Colour = tuple[int, int, int]

#: Blue, green, red. Okabe and Ito, "Color Universal Design" (2008), without black and with the two
#: blues lightened, which drown on a dark court. In the order in which neighbours, whose IDs often
#: stand side by side, are farthest apart: at least 100 in CIELAB.
_BASE: tuple[Colour, ...] = (
    (0, 159, 230),
    (233, 180, 86),
    (0, 94, 230),
    (115, 178, 0),
    (200, 130, 220),
    (66, 228, 240),
    (230, 140, 40),
)
#: How far each further round through the colours moves towards white.
_LIGHTER = 0.45
INK: Colour = (24, 24, 24)
PAPER: Colour = (255, 255, 255)


def colour_of(track_id: int) -> Colour:
    """Give the colour of a person, blue, green, red; it repeats after 14 people."""
    base = _BASE[(track_id - 1) % len(_BASE)]
    if (track_id - 1) // len(_BASE) % 2 == 0:
        return base
    blue, green, red = (round(part + (255 - part) * _LIGHTER) for part in base)
    return blue, green, red


def ink_on(colour: Colour) -> Colour:
    """Choose dark or light text, whichever stands out on a colour (ITU-R BT.601 luma)."""
    blue, green, red = colour
    return INK if 0.114 * blue + 0.587 * green + 0.299 * red > 110 else PAPER
