"""A part of a picture that the network looks at on its own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Part:
    """A rectangle of a picture and the height to which it is scaled for the network.

    Parameters
    ----------
    left, top, width, height : int
        In pixels of the picture.
    input_height : int
        Height of the network's input, in pixels.
    """

    left: int
    top: int
    width: int
    height: int
    input_height: int

    @property
    def magnification(self) -> float:
        """Pixels of the network's input per pixel of the picture."""
        return self.input_height / self.height

    def cut(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Give this part of a picture, as a view of it."""
        rows = slice(self.top, self.top + self.height)
        return image[rows, self.left : self.left + self.width]
