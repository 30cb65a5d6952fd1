"""Small test clips, written with PyAV: each picture carries its number, so order can be checked."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
_BITS = 8
_BLOCK = 8

#: Ticks of 1/1000 s as a phone writes them: never the same step twice in a row.
VARIABLE_MS = [0, 33, 67, 133, 150, 183, 250, 317, 333, 400, 433, 500]


def numbered_picture(number: int, width: int, height: int) -> Image:
    """A grey picture with a red top left corner and its number in blocks along the top."""
    image = np.full((height, width, 3), 96, np.uint8)
    image[: 2 * _BLOCK, :_BLOCK] = (0, 0, 255)
    for bit in range(_BITS):
        left = (2 + bit) * _BLOCK
        image[: 2 * _BLOCK, left : left + _BLOCK] = 235 if number >> bit & 1 else 16
    return image


def number_in(image: Image) -> int:
    """Read the number of a picture made by `numbered_picture`."""
    centres = [(2 + bit) * _BLOCK + _BLOCK // 2 for bit in range(_BITS)]
    return sum(1 << bit for bit, x in enumerate(centres) if image[_BLOCK, x].mean() > 128)


def red_corner(image: Image) -> str:
    """Name the corner that is red."""
    rows, columns = {"top": 3, "bottom": -4}, {"left": 3, "right": -4}

    def redness(place: tuple[str, str]) -> int:
        blue, _, red = image[rows[place[0]], columns[place[1]]].astype(int)
        return int(red - blue)

    return " ".join(max(((r, c) for r in rows for c in columns), key=redness))


def write_clip(
    path: Path,
    *,
    frames: int = 12,
    ticks: Sequence[int] | None = None,
    time_base: Fraction = Fraction(1, 1000),
    size: tuple[int, int] = (112, 64),
    codec: str = "libx264",
    pixel_format: str = "yuv420p",
    rotation: int = 0,
    b_frames: int = 0,
    audio: str = "",
    options: dict[str, str] | None = None,
    container_options: dict[str, str] | None = None,
) -> Path:
    """Write a clip whose picture number ``k`` shows ``k``, at 25 per second or at given ticks."""
    if ticks is None:
        ticks, time_base = range(frames), Fraction(1, 25)
    with av.open(str(path), "w", options=container_options or {}) as container:
        stream: Any = container.add_stream(codec, rate=25, options=options or {})
        stream.width, stream.height, stream.pix_fmt = *size, pixel_format
        stream.codec_context.time_base = time_base
        if codec == "libx264":
            stream.codec_context.max_b_frames = b_frames
            stream.codec_context.gop_size = 6
        if rotation:
            stream.set_display_rotation(rotation)
        sound: Any = container.add_stream(audio, rate=16000) if audio else None
        for number, tick in enumerate(ticks):
            frame = av.VideoFrame.from_ndarray(numbered_picture(number, *size), format="bgr24")
            frame.pts, frame.time_base = tick, time_base
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
        if sound is not None:
            write_tone(container, sound, seconds=float(ticks[-1] * time_base) + 0.04)
    return path


def write_tone(container: Any, stream: Any, *, seconds: float) -> None:
    """Encode a 440 Hz tone into a stream."""
    rate = stream.codec_context.sample_rate
    samples = np.arange(int(seconds * rate))
    tone = (8000 * np.sin(2 * np.pi * 440 * samples / rate)).astype(np.int16)
    for at in range(0, len(tone), 1024):
        part = np.ascontiguousarray(tone[None, at : at + 1024])
        frame = av.AudioFrame.from_ndarray(part, format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = rate, at, Fraction(1, rate)
        container.mux(stream.encode(frame))
    container.mux(stream.encode())


def write_audio_only(path: Path) -> Path:
    """Write a file with a sound track and no picture."""
    with av.open(str(path), "w") as container:
        write_tone(container, container.add_stream("aac", rate=16000), seconds=0.5)
    return path


def cut(path: Path, share: float) -> Path:
    """Cut a file down to a share of its bytes."""
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    return path


def lie_about_frames(path: Path, count: int) -> Path:
    """Make the headers of an AVI claim another number of frames."""
    content = bytearray(path.read_bytes())
    for chunk, offset in ((b"avih", 16), (b"strh", 32)):
        at = content.index(chunk) + 8 + offset
        content[at : at + 4] = struct.pack("<I", count)
    path.write_bytes(content)
    return path


def packet_times(path: Path) -> list[float]:
    """Times of all pictures from the container alone: timestamps of its packets, sorted."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        packets = [p for p in container.demux(stream) if p.size and not p.is_discard]
        pts = sorted(packet.pts for packet in packets)
        return [float((p - pts[0]) * stream.time_base) for p in pts]
