"""Frames of a video file, upright and with the container's own timestamps (PyAV).

Why PyAV and not OpenCV: docs/decisions/0020-video.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from heapq import heappop, heappush
from itertools import dropwhile
from pathlib import Path
from typing import Any

import av
import av.error
from av.stream import Disposition

from tracker.containers import missing_bytes
from tracker.errors import UsageError, VideoError
from tracker.images import ImageSource, holds_images, images_of
from tracker.seeking import Landing, landing_before
from tracker.sources import MAX_PIXELS, Selection, Source, SourceInfo, Ticket
from tracker.timing import FrameClock
from tracker.upright import Uprighter

#: Never read: terminal art (any text would be a video) and lists that point to other files and hosts.
_NOT_VIDEO = {"tty", "bin", "xbin", "adf", "idf"} | {"hls", "dash", "concat", "imf", "sdp", "rtsp"}
_FORMATS = ",".join(sorted(av.formats_available - _NOT_VIDEO))
#: Seconds from frame to frame where neither timestamps nor the container tell.
_UNKNOWN_PERIOD_S = 1 / 25
#: Decoding up to an earlier start costs less than looking for a place to begin at.
_WORTH_SEEKING_S = 1.0
#: Seconds by which a stated duration may exceed the last frame where no frame count is stated.
_DURATION_SLACK_S = 1.0


def open_source(
    path: str | Path,
    *,
    fps: float | None = None,
    start: float | None = None,
    end: float | None = None,
    every: int = 1,
) -> Source:
    """Open a video file, a folder of images, a pattern of images or one image.

    Parameters
    ----------
    path : str or Path
        What to read. Images are taken in natural order (``2.png`` before ``10.png``).
    fps : float, optional
        Frames per second of a folder or pattern of images, which have no times of their own.
    start, end : float, optional
        Span in seconds since the source's first frame; ``end`` is left out.
    every : int
        Take every so-many-th frame of the span.

    Returns
    -------
    Source
        Describes itself in ``info``; iterates frames; to be used as a context manager.

    Raises
    ------
    VideoError
        If there is no such file, it is not a video, it holds no picture, or one that is too large.
    UsageError
        If options do not go together (``fps`` is missing for images or given for a video).
    """
    path = Path(path)
    selection = Selection(start, end, every)
    if holds_images(path):
        return ImageSource.open(path, images_of(path), fps, selection)
    if fps is not None:
        raise UsageError(
            f"--fps is for images; {path} is a video and has its own times.",
            hint="Leave --fps out.",
        )
    return VideoSource.open(path, selection)


class VideoSource(Source):
    """Frames of a video file; see `Source`."""

    def __init__(
        self, info: SourceInfo, selection: Selection, time_base: Fraction, first_pts: int | None
    ) -> None:
        super().__init__(info, selection)
        self._time_base = time_base
        self._first_pts = first_pts

    @classmethod
    def open(cls, path: Path, selection: Selection) -> VideoSource:
        """Decode the first frame to learn what the file holds.

        Raises
        ------
        VideoError
            If the file is not a video or no frame of it can be decoded.
        """
        with _opened(path) as container:
            stream = _video_stream(container, path)
            first, pts = next(_decoded(container, stream, []), (None, None))
            if first is None:
                raise VideoError(
                    f"No frame of {path} can be decoded.",
                    hint="The file is empty or damaged; try to play it, or fetch it again.",
                )
            info = _described(path, container, stream, first)
            return cls(info, selection, stream.time_base, pts)

    def _tickets(self) -> Iterator[Ticket]:
        errors: list[str] = []
        period = 1 / self.info.rate if self.info.rate else _UNKNOWN_PERIOD_S
        clock = FrameClock(self._time_base, period)
        index, time = -1, 0.0
        upright: Uprighter | None = None
        resized = 0
        for index, frame, pts in self._numbered(errors):
            if upright is None:
                upright = Uprighter(frame)
                if index > 0:
                    clock.time(self._first_pts)
            resized += (frame.width, frame.height) != upright.stored_size
            time = clock.time(pts)
            yield index, time, partial(upright, frame)
        self._judge(index + 1, time, errors)
        if clock.repaired:
            self.warnings.append(
                f"{clock.repaired} frames had a missing, repeated or falling timestamp; repaired"
            )
        if resized:
            self.warnings.append(f"{resized} frames have another size; scaled to the first frame's")

    def _numbered(self, errors: list[str]) -> Iterator[tuple[int, Any, int | None]]:
        """Decode from the last key frame before the chosen span where that is safe, else from the first."""
        landing = self._landing()
        if landing is not None:
            landed = self._landed(landing, errors)
            first = next(landed, None)
            if first is not None:
                yield first
                yield from landed
                return
            errors.clear()
        with _opened(self.info.path) as container:
            stream = _video_stream(container, self.info.path)
            for index, (frame, pts) in enumerate(_decoded(container, stream, errors)):
                yield index, frame, pts

    def _landing(self) -> Landing | None:
        start_s = self.selection.start or 0.0
        if start_s < _WORTH_SEEKING_S or self._first_pts is None:
            return None
        with _opened(self.info.path) as container:
            stream = _video_stream(container, self.info.path)
            return landing_before(container, stream, start_s, self._first_pts)

    def _landed(self, landing: Landing, errors: list[str]) -> Iterator[tuple[int, Any, int | None]]:
        """Decode from a key frame; nothing where decoding does not begin exactly there."""
        with _opened(self.info.path) as container:
            stream = _video_stream(container, self.info.path)
            container.seek(landing.pts, stream=stream)
            found = _decoded(container, stream, errors)
            found = dropwhile(lambda frame: frame[1] is None or frame[1] < landing.pts, found)
            for index, (frame, pts) in enumerate(found, landing.index):
                if index == landing.index and not (pts == landing.pts and self._fits(frame)):
                    return
                yield index, frame, pts

    def _fits(self, frame: Any) -> bool:
        return Uprighter(frame).size == (self.info.width, self.info.height)

    def _judge(self, count: int, last_s: float, errors: list[str]) -> None:
        """Say what is missing now that the file was read to its end."""
        declared = self.info.declared_frames
        cut = missing_bytes(self.info.path)
        expected = f" of {declared}" if declared else ""
        if cut:
            self.problems.append(
                f"the file is cut off: {cut:,} bytes or more are missing; "
                f"{count}{expected} frames up to {last_s:.2f} s were read"
            )
        if errors:
            self.problems.append(
                f"{len(errors)} damaged packets could not be decoded ({errors[0]}); "
                f"{count}{expected} frames were read"
            )
        if self.problems:
            return
        if declared and declared != count:
            self.warnings.append(f"the container declares {declared} frames, it holds {count}")
        stated_s = self.info.duration or 0.0
        if not declared and stated_s > last_s + _DURATION_SLACK_S:
            self.warnings.append(f"{stated_s:.2f} s stated, the last frame is at {last_s:.2f} s")


def _opened(path: Path) -> Any:
    """Open a container for reading; nothing but local files is ever touched."""
    try:
        return av.open(
            f"file:{path}",
            container_options={"protocol_whitelist": "file", "format_whitelist": _FORMATS},
            metadata_errors="replace",
        )
    except (av.error.FFmpegError, OSError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise VideoError(
            f"{path} cannot be read as a video: {reason}.", hint=_opening_hint(path)
        ) from error


def _opening_hint(path: Path) -> str:
    if path.stat().st_size == 0:
        return "The file is empty."
    if missing_bytes(path):
        return "The file is cut off before the index that is needed to read it; fetch it again."
    return "Expected a file that FFmpeg reads (MP4, MOV, AVI, MKV, WebM, ...)."


def _video_stream(container: Any, path: Path) -> Any:
    for stream in container.streams.video:
        if not stream.disposition & Disposition.attached_pic:
            break
    else:
        found = ", ".join(sorted({s.type for s in container.streams})) or "nothing"
        raise VideoError(f"{path} holds no video stream, only: {found}.", hint="Give a video file.")
    width, height = stream.codec_context.width, stream.codec_context.height
    if width * height > MAX_PIXELS:
        raise VideoError(
            f"{path} has pictures of {width} x {height} pixels, at most {MAX_PIXELS:,} are read.",
            hint="Scale the video down.",
        )
    stream.thread_type = "AUTO"
    stream.codec_context.options = {"max_pixels": str(MAX_PIXELS)}
    return stream


def _decoded(container: Any, stream: Any, errors: list[str]) -> Iterator[tuple[Any, int | None]]:
    """Decode all that can be decoded, in presentation order; collect what went wrong.

    AVI stores no presentation times: what FFmpeg gives as such is in the order of the file. There
    the next picture takes the smallest time stamp not yet taken.
    """
    stamps: list[int] = []
    sorts = container.format.name == "avi"
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
        except av.error.FFmpegError as error:
            errors.append(f"reading stopped: {error.strerror}")
            packet = None
        if packet is None:
            break
        if sorts and packet.size and packet.pts is not None:
            heappush(stamps, packet.pts)
        try:
            frames = packet.decode()
        except av.error.FFmpegError as error:
            errors.append(str(error.strerror))
            continue
        for frame in frames:
            yield frame, heappop(stamps) if stamps else frame.pts


def _described(path: Path, container: Any, stream: Any, first: Any) -> SourceInfo:
    upright = Uprighter(first)
    aspect = stream.sample_aspect_ratio or Fraction(1)
    width, height = upright.size
    return SourceInfo(
        path=path,
        kind="video",
        width=width,
        height=height,
        rate=float(stream.average_rate or stream.guessed_rate or 0),
        duration=_duration(container, stream),
        declared_frames=stream.frames or None,
        rotation=upright.rotation,
        codec=stream.codec_context.name,
        pixel_format=first.format.name,
        has_audio=bool(container.streams.audio),
        first_s=float((first.pts or 0) * stream.time_base),
        pixel_aspect=float(1 / aspect if upright.sideways else aspect),
    )


def _duration(container: Any, stream: Any) -> float | None:
    if stream.duration is not None:
        return float(stream.duration * stream.time_base)
    if container.duration is not None:
        return float(container.duration / av.time_base)
    return None
