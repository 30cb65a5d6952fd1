"""Charts of a report, drawn without a plotting library: a confusion matrix and bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from tracker.files import written_whole

Image = NDArray[np.uint8]

_PAPER, _INK, _BLUE = (255, 255, 255), (40, 40, 40), np.array([150.0, 90.0, 30.0])
_FONT, _SCALE = cv2.FONT_HERSHEY_SIMPLEX, 0.5
_MARGIN, _CELL, _ROW, _BAR = 14, 54, 24, 360
_LONGEST = 28


def confusion_chart(classes: Sequence[str], confusion: NDArray[np.int64]) -> Image:
    """Draw a confusion matrix, shape (height, width, 3) BGR.

    Parameters
    ----------
    classes : sequence of str
        Names in the matrix's order.
    confusion : int array, shape (classes, classes)
        Rows are true, columns what was found; a cell is as dark as its share of its row.
    """
    names = [_plain(name) for name in classes]
    side = max(_width(name) for name in [*names, "true \\ found"]) + 2 * _MARGIN
    span = side + _CELL * len(names) + _MARGIN
    image = _blank(span, span)
    shares = confusion / np.maximum(confusion.sum(axis=1, keepdims=True), 1)
    for i, name in enumerate(names):
        middle = side + _CELL * i + _CELL // 2
        _text(image, name, (side - _width(name) - 6, middle + 5))
        _upright_text(image, name, middle, side - 6)
        for j in range(len(names)):
            _cell(image, (side + _CELL * j, side + _CELL * i), shares[i, j], int(confusion[i, j]))
    _text(image, "true \\ found", (_MARGIN, side - 10))
    return image


def bar_chart(values: Mapping[str, float]) -> Image:
    """Draw shares as bars, the first on top, shape (height, width, 3) BGR."""
    names = [_plain(name, 60) for name in values]
    side = max([_width(name) for name in names], default=0) + 2 * _MARGIN
    image = _blank(side + _BAR + 80, _ROW * len(names) + 2 * _MARGIN)
    longest = max([*values.values(), 1e-12])
    for i, (name, value) in enumerate(zip(names, values.values(), strict=True)):
        top = _MARGIN + _ROW * i
        end = side + round(_BAR * value / longest)
        _text(image, name, (side - _width(name) - 6, top + 16))
        cv2.rectangle(image, (side, top + 4), (end, top + _ROW - 5), _BLUE.tolist(), cv2.FILLED)
        _text(image, f"{value:.1%}", (end + 6, top + 16))
    return image


def write_picture(path: Path, image: Image) -> None:
    """Write a picture whole, in the format of its suffix.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    _, content = cv2.imencode(path.suffix, image)
    with written_whole(path) as aside:
        aside.write_bytes(content.tobytes())


def _blank(width: int, height: int) -> Image:
    return np.full((height, width, 3), _PAPER, np.uint8)


def _cell(image: Image, corner: tuple[int, int], share: float, count: int) -> None:
    x, y = corner
    colour = (255 * (1 - share) + _BLUE * share).round()
    cv2.rectangle(image, (x, y), (x + _CELL - 2, y + _CELL - 2), colour.tolist(), cv2.FILLED)
    if count:
        text = str(count)
        ink = _PAPER if share > 0.5 else _INK
        _text(image, text, (x + (_CELL - _width(text)) // 2, y + _CELL // 2 + 5), ink)


def _upright_text(image: Image, text: str, middle: int, bottom: int) -> None:
    """Write from below upwards, ending above the matrix."""
    strip = _blank(_width(text) + 4, 18)
    _text(strip, text, (2, 13))
    turned = cv2.rotate(strip, cv2.ROTATE_90_COUNTERCLOCKWISE)
    height, width = turned.shape[:2]
    left, top = middle - width // 2, max(bottom - height, 0)
    image[top : top + height, left : left + width] = turned


def _text(
    image: Image, text: str, at: tuple[int, int], colour: tuple[int, int, int] = _INK
) -> None:
    cv2.putText(image, text, at, _FONT, _SCALE, colour, 1, cv2.LINE_AA)


def _width(text: str) -> int:
    (width, _), _ = cv2.getTextSize(text, _FONT, _SCALE, 1)
    return int(width)


def _plain(name: str, longest: int = _LONGEST) -> str:
    """Shorten a name and replace what the font has no picture of."""
    plain = name.encode("ascii", "replace").decode()
    return plain if len(plain) <= longest else plain[: longest - 2] + ".."
