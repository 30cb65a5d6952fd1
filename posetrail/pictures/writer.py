"""The annotated video: H.264 in an ordinary MP4 that browsers play, each picture at its true time."""

from __future__ import annotations

import math
from contextlib import ExitStack, suppress
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import av
import av.error
import cv2
import numpy as np
from numpy.typing import NDArray

from posetrail.pictures.sound import Sound
from tracker.errors import OutputError
from tracker.files import output_error, written_whole
from tracker.sources import SourceInfo

Image = NDArray[np.uint8]

#: Ticks of 1/90000 s hold every usual rate, and variable ones, to within 6 microseconds.
_TIME_BASE = Fraction(1, 90_000)
#: Measured in docs/decisions/0020-video.md: the fastest preset halves the cost of the second one.
_X264 = {"preset": "ultrafast", "crf": "23"}
#: Numbers of H.264 (ITU-T H.273): what OpenCV's conversion makes, in a fifth of FFmpeg's time.
_BT709, _BT601, _LIMITED_RANGE = 1, 6, 1
_UNKNOWN_RATE = 25
_MAX_RATE = 1000


class AnnotatedVideo:
    """Writes a video, as a context manager; the file appears when all of it is written.

    Parameters
    ----------
    path : Path
        The MP4 file.
    info : SourceInfo
        The source: its size, its rate and its sound. The sound is kept, cut to the frames that are
        written; where that is not possible a warning says so.

    Attributes
    ----------
    warnings : list of str
        What could not be kept.

    Raises
    ------
    OutputError
        If the file cannot be written or the disk is full.
    """

    def __init__(self, path: Path, info: SourceInfo) -> None:
        self.warnings: list[str] = []
        self._path = path
        self._info = info
        self._stack = ExitStack()
        self._first: float | None = None
        self._ticks: int | None = None
        self._step = 1 / (info.rate or _UNKNOWN_RATE)
        self._sound: Sound | None = None

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            aside = stack.enter_context(written_whole(self._path))
            try:
                self._container = av.open(str(aside), "w", options={"movflags": "+faststart"})
            except (av.error.FFmpegError, OSError) as error:
                raise self._failed(error) from error
            stack.push(self._close)
            self._stream = self._video_stream()
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stack.__exit__(kind, error, traceback)

    def write(self, image: Image, time: float) -> None:
        """Add a picture.

        Parameters
        ----------
        image : uint8 array, shape (height, width, 3)
            Blue, green, red, of the source's size.
        time : float
            Seconds in the source; must rise. The first picture is the beginning of the video.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        if self._first is None:
            self._first = time
            self._sound = Sound.of(self._container, self._info, time, self.warnings)
        ticks = round((time - self._first) / _TIME_BASE)
        if self._ticks is not None:
            ticks = max(ticks, self._ticks + 1)
            self._step = float((ticks - self._ticks) * _TIME_BASE)
        self._ticks = ticks
        planes = np.asarray(cv2.cvtColor(_even(image), cv2.COLOR_BGR2YUV_I420), np.uint8)
        frame: Any = av.VideoFrame.from_numpy_buffer(planes, format="yuv420p")
        frame.colorspace, frame.color_range = _BT601, _LIMITED_RANGE
        frame.pts, frame.time_base = ticks, _TIME_BASE
        self._mux(frame)
        if self._sound is not None:
            self._sound.copy_until(time)

    def _video_stream(self) -> Any:
        rate = min(self._info.rate or _UNKNOWN_RATE, _MAX_RATE)
        stream: Any = self._container.add_stream(
            "libx264", rate=Fraction(rate).limit_denominator(1001), options=_X264
        )
        width, height = self._info.width, self._info.height
        stream.width, stream.height = width + width % 2, height + height % 2
        stream.pix_fmt = "yuv420p"
        context = stream.codec_context
        context.time_base = _TIME_BASE
        context.color_primaries = context.color_trc = _BT709
        context.colorspace = _BT601
        context.color_range = _LIMITED_RANGE
        context.max_b_frames = 0
        if self._info.pixel_aspect != 1:
            context.sample_aspect_ratio = Fraction(self._info.pixel_aspect).limit_denominator(255)
        return stream

    def _mux(self, frame: Any) -> None:
        try:
            for packet in self._stream.encode(frame):
                packet.duration = packet.duration or math.ceil(self._step / _TIME_BASE)
                self._container.mux(packet)
        except (av.error.FFmpegError, OSError) as error:
            raise self._failed(error) from error

    def _close(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if kind is not None or self._first is None:
            with suppress(av.error.FFmpegError, OSError):
                self._end_sound(None)
                self._container.close()
            if kind is None:
                raise OutputError(f"Cannot write {self._path}: there was no frame to write.")
            return
        end = self._first + float((self._ticks or 0) * _TIME_BASE) + self._step
        self._mux(None)
        try:
            self._end_sound(end)
            self._container.close()
        except (av.error.FFmpegError, OSError) as failure:
            raise self._failed(failure) from failure

    def _end_sound(self, end: float | None) -> None:
        if self._sound is not None:
            self._sound.finish(end)

    def _failed(self, error: Exception) -> OutputError:
        number = getattr(error, "errno", None) or 0
        reason = getattr(error, "strerror", None) or str(error)
        return output_error(self._path, OSError(number, reason))


def _even(image: Image) -> Image:
    """Repeat the last row or column of an odd size: H.264 in 4:2:0 needs even ones."""
    height, width = image.shape[:2]
    if height % 2 == width % 2 == 0:
        return np.ascontiguousarray(image)
    padded = cv2.copyMakeBorder(image, 0, height % 2, 0, width % 2, cv2.BORDER_REPLICATE)
    return np.asarray(padded, np.uint8)
