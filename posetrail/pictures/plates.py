"""Small rounded plates with text, made once and pasted often."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from posetrail.pictures.palette import Colour, ink_on

Image = NDArray[np.uint8]

#: Plates are drawn this much larger and scaled down: smoother letters than OpenCV's own.
_OVERSAMPLING = 3
_FONT = cv2.FONT_HERSHEY_DUPLEX
#: Height of a capital letter of the font at scale 1, in pixels.
_CAPITAL = 22
#: Letters that are not another one with a mark on it.
_PLAIN = str.maketrans(
    {
        "Đ": "D",
        "đ": "d",
        "Ł": "L",
        "ł": "l",
        "Ø": "O",
        "ø": "o",
        "ı": "i",
        "Ħ": "H",
        "ħ": "h",
        "ß": "ss",
        "Æ": "AE",
        "æ": "ae",
        "Œ": "OE",
        "œ": "oe",
        "Þ": "Th",
        "þ": "th",
        "ð": "d",
    }
)


@lru_cache(maxsize=512)
def plate(text: str, colour: Colour, capital: int) -> tuple[Image, NDArray[np.float32]]:
    """Draw a plate.

    Parameters
    ----------
    text : str
        What stands on it, see `drawable`.
    colour : tuple of int
        Blue, green, red of the plate.
    capital : int
        Height of a capital letter in pixels.

    Returns
    -------
    uint8 array, shape (height, width, 3)
        The plate.
    float32 array, shape (height, width, 1)
        How opaque each pixel is, from 0 to 1.
    """
    size = capital * _OVERSAMPLING
    scale, stroke = size / _CAPITAL, max(1, round(size / 9))
    plain = drawable(text) or "?"
    (width, _), _ = cv2.getTextSize(plain, _FONT, scale, stroke)
    margin = round(0.55 * size)
    canvas = np.empty((size + 2 * margin, width + 2 * margin, 3), np.uint8)
    canvas[:] = colour
    place = (margin, margin + size)
    cv2.putText(canvas, plain, place, _FONT, scale, ink_on(colour), stroke, cv2.LINE_AA)
    target = (-(-canvas.shape[1] // _OVERSAMPLING), -(-canvas.shape[0] // _OVERSAMPLING))
    small = cv2.resize(canvas, target, interpolation=cv2.INTER_AREA)
    mask = cv2.resize(_rounded(canvas.shape[:2], margin), target, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8), np.asarray(mask, np.float32)[..., None]


def drawable(text: str) -> str:
    """Write a text in the letters that the font has: Latin ones lose their marks, others are gone."""
    known = unicodedata.normalize("NFKD", text.translate(_PLAIN))
    return known.encode("ascii", "ignore").decode().strip()


def _rounded(shape: tuple[int, int], radius: int) -> NDArray[np.float32]:
    height, width = shape
    mask = np.zeros(shape, np.float32)
    inside = (radius, radius), (width - 1 - radius, height - 1 - radius)
    cv2.rectangle(mask, *inside, 1.0, 2 * radius)
    cv2.rectangle(mask, *inside, 1.0, -1)
    return mask


def paste(
    image: Image, text: str, colour: Colour, capital: int, centre: float, foot: float
) -> None:
    """Put a plate into an image, its lower edge at ``foot``, moved inside where it would stick out.

    Parameters
    ----------
    image : uint8 array, shape (height, width, 3)
        Is drawn on.
    text, colour, capital
        As in `plate`.
    centre, foot : float
        Where the middle of the lower edge should lie, in pixels.
    """
    picture, opacity = plate(text, colour, capital)
    height = min(picture.shape[0], image.shape[0])
    width = min(picture.shape[1], image.shape[1])
    top = int(min(max(foot - height, 0), image.shape[0] - height))
    left = int(min(max(centre - width / 2, 0), image.shape[1] - width))
    under = image[top : top + height, left : left + width]
    over, share = picture[:height, :width], opacity[:height, :width]
    under[:] = under + (over.astype(np.float32) - under) * share + 0.5
