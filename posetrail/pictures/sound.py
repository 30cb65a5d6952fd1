"""The sound of a source, carried into its annotated video."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from typing import Any

import av
import av.error

from tracker.sources import SourceInfo

#: Codecs that MP4 and browsers take as they are, from containers that describe them completely.
_COPIED = frozenset({"aac", "mp3"})
_SELF_DESCRIBING = ("mov", "matroska")
#: What opening, decoding and muxing a strange sound track can raise.
_FAILURES = (av.error.FFmpegError, OSError, ValueError)


class Sound:
    """Copies the sound track, or encodes it as AAC, while the video is written.

    Nothing that is wrong with the sound stops the video: it becomes a warning.

    Parameters
    ----------
    container : av.OutputContainer
        Where the sound goes.
    info : SourceInfo
        Where it comes from.
    start : float
        Seconds since the source's first frame at which the video begins.
    warnings : list of str
        Is told what could not be kept.
    """

    def __init__(self, container: Any, info: SourceInfo, start: float, warnings: list[str]) -> None:
        self._target = container
        self._warnings = warnings
        self._start = start
        self._zero_s = info.first_s
        self._source = av.open(
            f"file:{info.path}",
            container_options={"protocol_whitelist": "file"},
            metadata_errors="replace",
        )
        try:
            self._track = self._source.streams.audio[0]
            self._copies = self._track.codec_context.name in _COPIED and any(
                name in self._source.format.name for name in _SELF_DESCRIBING
            )
            self._stream = self._new_stream()
            self._skip_to_start()
        except _FAILURES:
            self._source.close()
            raise
        self._packets = self._copied() if self._copies else self._encoded()
        self._waiting: Any = None

    @classmethod
    def of(
        cls, container: Any, info: SourceInfo, start: float, warnings: list[str]
    ) -> Sound | None:
        """Open the sound of a source; None where there is none or it cannot be used."""
        if not info.has_audio:
            return None
        try:
            return cls(container, info, start, warnings)
        except _FAILURES as error:
            warnings.append(f"the sound could not be kept: {error}")
            return None

    def copy_until(self, time: float) -> None:
        """Write the sound up to a moment, in seconds since the source's first frame."""
        end = time - self._start
        try:
            while self._waiting is not None or self._next():
                if float(self._waiting.pts * self._waiting.time_base) >= end:
                    return
                packet, self._waiting = self._waiting, None
                self._target.mux(packet)
        except _FAILURES as error:
            self._warnings.append(f"part of the sound could not be kept: {error}")
            self._packets = iter(())
            self._waiting = None

    def finish(self, end: float | None) -> None:
        """Write the rest up to the end of the video (None: leave it) and close the source."""
        if end is not None:
            self.copy_until(end)
        self._source.close()

    def _next(self) -> bool:
        self._waiting = next(self._packets, None)
        return self._waiting is not None

    def _new_stream(self) -> Any:
        if self._copies:
            return self._target.add_stream_from_template(self._track)
        rate = self._track.codec_context.sample_rate
        return self._target.add_stream("aac", rate=rate if rate in _AAC_RATES else 48_000)

    def _skip_to_start(self) -> None:
        wanted = self._zero_s + self._start
        if self._start > 1:
            with suppress(av.error.FFmpegError):
                offset = int((wanted - 0.5) / self._track.time_base)
                self._source.seek(offset, stream=self._track)

    def _ticks_at_start(self, time_base: Fraction) -> int:
        return round((self._zero_s + self._start) / time_base)

    def _copied(self) -> Iterator[Any]:
        for packet in self._source.demux(self._track):
            if packet.pts is None or packet.size == 0:
                continue
            shift = self._ticks_at_start(packet.time_base)
            if packet.pts < shift:
                continue
            packet.pts -= shift
            packet.dts = packet.pts
            packet.stream = self._stream
            yield packet

    def _encoded(self) -> Iterator[Any]:
        context = self._stream.codec_context
        resampler = av.AudioResampler("fltp", "stereo", context.sample_rate, frame_size=1024)
        context.layout = "stereo"
        clock = Fraction(1, context.sample_rate)
        ticks: int | None = None
        for frame in self._decoded():
            if ticks is None and frame is not None:
                late = (frame.pts - self._ticks_at_start(frame.time_base)) * frame.time_base
                ticks = round(late / clock)
            for part in resampler.resample(frame):
                part.pts, part.time_base = ticks, clock
                ticks = (ticks or 0) + part.samples
                yield from self._stream.encode(part)
        yield from self._stream.encode(None)

    def _decoded(self) -> Iterator[Any]:
        for frame in self._source.decode(self._track):
            if frame.pts is not None and frame.pts >= self._ticks_at_start(frame.time_base):
                yield frame
        yield None


_AAC_RATES = frozenset({16_000, 22_050, 24_000, 32_000, 44_100, 48_000})
