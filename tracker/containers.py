"""How long a video file says it is, to tell a truncated file from one with a wrong frame count."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

_EBML = b"\x1a\x45\xdf\xa3"
_SEGMENT = b"\x18\x53\x80\x67"
_TS_SYNC = b"\x47"
#: Bytes of a packet: MPEG-TS, and M2TS, where each has a time code of 4 bytes before it.
_TS_PACKETS = (188, 192)
_MAX_BOXES = 100_000


def missing_bytes(path: Path) -> int:
    """Count the bytes that are missing at the end of a file, by its own structure.

    MP4 and MOV (top-level boxes), AVI (the first RIFF chunk) and Matroska and WebM (the segment)
    state their length. An MPEG transport stream is a row of packets of one length: that the last
    one is cut is seen, that whole packets are missing is not. Other formats and live recordings
    say nothing.

    Parameters
    ----------
    path : Path
        A video file.

    Returns
    -------
    int
        0 where the file is whole or does not say; at least so many for a transport stream.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(_TS_PACKETS[-1] + 5)
        if head[:4] == b"RIFF":
            stated = _riff_end(head)
        elif head[:4] == _EBML:
            stated = _segment_end(head)
        elif head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"):
            stated = _last_box_end(file, size)
        else:
            stated = _last_packet_end(head, size)
    return max(0, stated - size)


def _last_packet_end(head: bytes, size: int) -> int:
    """Give the end of the last packet of a transport stream, plain or with time codes (M2TS)."""
    for length in _TS_PACKETS:
        first = length - 188
        if head[first : first + 1] == head[first + length : first + length + 1] == _TS_SYNC:
            return -(-size // length) * length
    return 0


def _riff_end(head: bytes) -> int:
    length = int(struct.unpack("<I", head[4:8])[0])
    return 0 if length in (0, 0xFFFFFFFF) else 8 + length


def _segment_end(head: bytes) -> int:
    at = head.find(_SEGMENT)
    if at < 0 or at + 4 >= len(head) or not head[at + 4]:
        return 0
    first = head[at + 4]
    width = 9 - first.bit_length()
    number = int.from_bytes(head[at + 4 : at + 4 + width], "big") & ((1 << 7 * width) - 1)
    unknown = number == (1 << 7 * width) - 1
    return 0 if unknown else at + 4 + width + number


def _last_box_end(file: BinaryIO, size: int) -> int:
    at = 0
    for _ in range(_MAX_BOXES):
        file.seek(at)
        header = file.read(16)
        if len(header) < 8:
            break
        length = int(struct.unpack(">I", header[:4])[0])
        if length == 1 and len(header) == 16:
            length = int(struct.unpack(">Q", header[8:])[0])
        if length < 8 or not header[4:8].isascii():
            break
        at += length
        if at >= size:
            break
    return at
