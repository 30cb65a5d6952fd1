"""Where a network's map cells lie in the original picture, to the sub-pixel.

Three grids are involved, and each has its pixel centres at whole numbers:

    original picture --resize--> resized picture --pad right and bottom--> input --network--> maps

OpenCV resizes with half-pixel centres: ``original + 0.5 = (resized + 0.5) * scale``. A network of
stride ``s`` was trained on maps whose cell ``i`` stands for the ``s`` input pixels from ``s * i`` on,
so its centre is input pixel ``s * i + (s - 1) / 2`` (OpenPose: ``stride / 2 - 0.5``).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

#: Grey of the padding at the right and the bottom: the middle of the range, a network's "nothing".
PADDING = 127
#: No input is wider; a picture of one row and thousands of columns must not fill the memory.
WIDEST = 16_384


@dataclass(frozen=True)
class InputGeometry:
    """How a picture becomes a network's input, and the way back.

    Parameters
    ----------
    original : (int, int)
        Width and height of the picture, in pixels.
    resized : (int, int)
        Width and height of the picture as the network sees it.
    padded : (int, int)
        Width and height of the network's input: ``resized``, padded to the network's multiple.
    stride : int
        Input pixels per map cell.
    """

    original: tuple[int, int]
    resized: tuple[int, int]
    padded: tuple[int, int]
    stride: int

    @classmethod
    def fit(
        cls, original: tuple[int, int], *, height: int | None, multiple: int, stride: int
    ) -> InputGeometry:
        """Plan the input of a picture.

        Parameters
        ----------
        original : (int, int)
            Width and height of the picture, in pixels, at least 1 each.
        height : int or None
            Height to which the picture is resized, its proportions kept; None keeps its size.
        multiple : int
            Input width and height must be multiples of this.
        stride : int
            Input pixels per map cell.
        """
        width, old_height = original
        new_height = height or old_height
        new_width = min(max(1, round(width * new_height / old_height)), WIDEST)
        padded = (_round_up(new_width, multiple), _round_up(new_height, multiple))
        return cls((width, old_height), (new_width, new_height), padded, stride)

    @property
    def map_size(self) -> tuple[int, int]:
        """Width and height of the network's maps, in cells."""
        return self.padded[0] // self.stride, self.padded[1] // self.stride

    @property
    def scale(self) -> NDArray[np.float64]:
        """Original pixels per resized pixel, (x, y)."""
        ratio: NDArray[np.float64] = np.divide(self.original, self.resized)
        return ratio

    def prepare(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Resize and pad a picture to the network's input.

        Parameters
        ----------
        image : uint8 array, shape (height, width, 3)
            The picture, of the size this geometry was planned for.

        Returns
        -------
        uint8 array, shape (input height, input width, 3)
            Contiguous; padded with mid-grey at the right and the bottom.
        """
        resized = image if self.resized == self.original else _resize(image, self.resized)
        if self.resized == self.padded:
            return np.ascontiguousarray(resized)
        padded = np.full((self.padded[1], self.padded[0], 3), PADDING, np.uint8)
        padded[: self.resized[1], : self.resized[0]] = resized
        return padded

    def to_original(self, cells: NDArray[np.floating]) -> NDArray[np.float32]:
        """Turn places on the maps into pixels of the original picture.

        Parameters
        ----------
        cells : float array, shape (..., 2)
            x and y in map cells; a cell's centre is at its whole number.

        Returns
        -------
        float32 array, shape (..., 2)
            x and y in pixels of the original picture, kept inside it; NaN stays NaN.
        """
        pixels = (self.stride * (cells.astype(np.float64) + 0.5)) * self.scale - 0.5
        return np.clip(pixels, 0, np.array(self.original) - 1).astype(np.float32)

    def to_cells(self, pixels: NDArray[np.floating]) -> NDArray[np.float32]:
        """Turn pixels of the original picture into places on the maps: `to_original` reversed."""
        cells = (pixels.astype(np.float64) + 0.5) / self.scale / self.stride - 0.5
        return cells.astype(np.float32)


def _resize(image: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Resize without aliasing: nearly `cv2.INTER_AREA`, at a third of its time.

    Linear to twice the size, then the mean of every 2 x 2 pixels; much larger pictures are halved
    first. Each step keeps half-pixel centres.
    """
    if size[1] >= image.shape[0]:
        return _scaled(image, size, cv2.INTER_LINEAR)
    while image.shape[0] >= 4 * size[1]:
        half = (max(1, image.shape[1] // 2), image.shape[0] // 2)
        image = _scaled(image, half, cv2.INTER_AREA)
    double = _scaled(image, (2 * size[0], 2 * size[1]), cv2.INTER_LINEAR)
    return _scaled(double, size, cv2.INTER_AREA)


def _scaled(image: NDArray[np.uint8], size: tuple[int, int], method: int) -> NDArray[np.uint8]:
    return np.asarray(cv2.resize(image, size, interpolation=method), np.uint8)


def _round_up(size: int, multiple: int) -> int:
    return -(-size // multiple) * multiple
