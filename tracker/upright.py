"""From a decoded picture to upright BGR pixels: colour conversion and the display matrix, once."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from av.sidedata.sidedata import Type as SideData
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

Image = NDArray[np.uint8]
#: Signs of the display matrix: (a, b, c, d) of x' = a x + c y, y' = b x + d y, y pointing down.
Orientation = tuple[int, int, int, int]

UPRIGHT: Orientation = (1, 0, 0, 1)
_CLOCKWISE_90: Orientation = (0, 1, -1, 0)
_HALF_TURN: Orientation = (-1, 0, 0, -1)
_CLOCKWISE_270: Orientation = (0, -1, 1, 0)
_FLIP_X: Orientation = (-1, 0, 0, 1)
_FLIP_Y: Orientation = (1, 0, 0, -1)
_TRANSPOSE: Orientation = (0, 1, 1, 0)
_TRANSVERSE: Orientation = (0, -1, -1, 0)

_ROTATE = {
    _CLOCKWISE_90: cv2.ROTATE_90_CLOCKWISE,
    _HALF_TURN: cv2.ROTATE_180,
    _CLOCKWISE_270: cv2.ROTATE_90_COUNTERCLOCKWISE,
}
_FLIP = {_FLIP_X: 1, _FLIP_Y: 0}
_DEGREES = {
    _CLOCKWISE_90: 90,
    _TRANSPOSE: 90,
    _HALF_TURN: 180,
    _CLOCKWISE_270: 270,
    _TRANSVERSE: 270,
}


class Uprighter:
    """Turns decoded frames into upright BGR images, all in the size and orientation of the first.

    Parameters
    ----------
    first : av.VideoFrame
        The first decoded frame: it fixes the size and the orientation.

    Attributes
    ----------
    size : (int, int)
        Width and height of the upright images in pixels.
    rotation : int
        Degrees clockwise by which stored pictures are turned.
    """

    def __init__(self, first: Any) -> None:
        self.stored_size: tuple[int, int] = (first.width, first.height)
        self.orientation = orientation_of(first)
        self.rotation = _DEGREES.get(self.orientation, 0)
        self.size = self.stored_size[::-1] if self.sideways else self.stored_size
        self._reformatter = VideoReformatter()

    @property
    def sideways(self) -> bool:
        """Whether width and height change places."""
        return self.rotation in (90, 270)

    def __call__(self, frame: Any) -> Image:
        """Convert one frame; a size that differs from the first frame's is scaled to it.

        Parameters
        ----------
        frame : av.VideoFrame
            Any size, pixel format and bit depth.

        Returns
        -------
        uint8 array, shape (height, width, 3)
            Blue, green, red; writable, owned by the caller.
        """
        width, height = self.stored_size
        converted = self._reformatter.reformat(frame, width=width, height=height, format="bgr24")
        return turned(_pixels(converted), self.orientation)


def _pixels(frame: Any) -> Image:
    """View the pixels of a BGR frame without copying them."""
    plane = frame.planes[0]
    rows = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)[: frame.height]
    return np.ascontiguousarray(rows[:, : frame.width * 3]).reshape(frame.height, frame.width, 3)


def turned(image: Image, orientation: Orientation) -> Image:
    """Apply a display orientation to an image."""
    result: Any = image
    if orientation in _ROTATE:
        result = cv2.rotate(image, _ROTATE[orientation])
    elif orientation in _FLIP:
        result = cv2.flip(image, _FLIP[orientation])
    elif orientation == _TRANSPOSE:
        result = cv2.transpose(image)
    elif orientation == _TRANSVERSE:
        result = cv2.flip(cv2.transpose(image), -1)
    return np.asarray(result, np.uint8)


def orientation_of(frame: Any) -> Orientation:
    """Read the display matrix of a decoded frame, rounded to quarter turns and mirrorings.

    Parameters
    ----------
    frame : av.VideoFrame
        A decoded frame.

    Returns
    -------
    tuple of four int
        Signs (a, b, c, d) of the matrix; upright where there is none or it is not of that kind.
    """
    try:
        side_data = frame.side_data.get(SideData.DISPLAYMATRIX)
    except ValueError:
        # PyAV up to 18.1 cannot list the side data of a picture that carries EXIF; it still gives
        # the angle, counterclockwise, without mirroring.
        turns = round(-frame.rotation / 90) % 4
        return (UPRIGHT, _CLOCKWISE_90, _HALF_TURN, _CLOCKWISE_270)[turns]
    if side_data is None:
        return UPRIGHT
    matrix = np.frombuffer(side_data, np.int32)[:9].reshape(3, 3)[:2, :2].astype(np.float64)
    largest = np.abs(matrix).max()
    a, b, c, d = np.rint(matrix / largest).astype(int).ravel().tolist() if largest else UPRIGHT
    known = (a, b, c, d) in {*_ROTATE, *_FLIP, _TRANSPOSE, _TRANSVERSE}
    return (a, b, c, d) if known else UPRIGHT
