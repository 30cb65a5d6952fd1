"""Frames to an ordinary H.264 video."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av

from tracker.files import written_whole
from tracker.poses import Frame


def write_clip(path: Path, frames: Iterable[Frame], rate: float, size: tuple[int, int]) -> None:
    """Write frames at a constant rate.

    Parameters
    ----------
    path : Path
        An MP4 file; it appears when it is whole.
    frames : iterable of Frame
        All of one size.
    rate : float
        Frames per second.
    size : (int, int)
        Width and height of the frames in pixels, both even.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    exact = Fraction(rate).limit_denominator(1001)
    with written_whole(path) as aside, av.open(str(aside), "w") as container:
        stream = container.add_stream("libx264", rate=exact)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        stream.options = {"crf": "18", "preset": "veryfast"}
        for frame in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame.image, "bgr24")))
        container.mux(stream.encode())
