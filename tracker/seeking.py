"""The last place before a moment of a video from which decoding can begin, its number known exactly.

Only packets are read for it, nothing is decoded: a hundred times faster than decoding up to there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import av
import av.error

#: Packets stand in the file out of order by less than this, in seconds.
_REORDERED_S = 2.0
#: Containers whose packets carry no presentation times of their own.
_WITHOUT_TIMES = frozenset({"avi"})


@dataclass(frozen=True)
class Landing:
    """A key frame.

    Parameters
    ----------
    pts : int
        Its timestamp, in ticks of the stream's time base.
    index : int
        How many frames are shown before it.
    """

    pts: int
    index: int


def landing_before(container: Any, stream: Any, start_s: float, first_pts: int) -> Landing | None:
    """Find the last key frame at or before a moment.

    Parameters
    ----------
    container : av.InputContainer
        At its beginning; is read up to a little behind the moment.
    stream : av.VideoStream
        Its video.
    start_s : float
        Seconds since the first frame.
    first_pts : int
        Timestamp of the first frame that decoding from the beginning gives.

    Returns
    -------
    Landing or None
        None where there is none behind the first frame, or where timestamps do not tell numbers:
        missing, equal, of frames that are not shown, or of damaged packets.
    """
    if container.format.name in _WITHOUT_TIMES:
        return None
    target = first_pts + round(start_s / stream.time_base)
    enough = target + round(_REORDERED_S / stream.time_base)
    stamps: list[int] = []
    keys: list[int] = []
    try:
        for packet in container.demux(stream):
            if packet.size == 0:
                break
            if packet.pts is None or packet.is_discard or packet.is_corrupt:
                return None
            stamps.append(packet.pts)
            if packet.is_keyframe:
                keys.append(packet.pts)
            if packet.pts > enough:
                break
    except av.error.FFmpegError:
        return None
    if not stamps or min(stamps) != first_pts or len(set(stamps)) != len(stamps):
        return None
    before = [pts for pts in keys if first_pts < pts <= target]
    if not before:
        return None
    key = max(before)
    return Landing(key, sum(pts < key for pts in stamps))
