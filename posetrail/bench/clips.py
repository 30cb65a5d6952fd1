"""Clips to measure with: a rendered rally, and any clip looped to a length."""

from __future__ import annotations

from pathlib import Path

import av

from posetrail.demo.clip import write_clip
from posetrail.demo.renderer import render
from posetrail.demo.scene import rally

#: Seconds of rally that are drawn; drawing costs more than looping. Both players move all the time.
RENDERED_S = 2.0


def rendered_clip(path: Path, seconds: float = RENDERED_S) -> Path:
    """Draw two players at 1280 x 720 and 30 frames a second.

    Parameters
    ----------
    path : Path
        The MP4 file to write.
    seconds : float
        Its length.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    scene = rally(seconds=seconds)
    write_clip(path, render(scene), scene.rate, (scene.camera.width, scene.camera.height))
    return path


def loop_clip(clip: Path, target: Path, seconds: float) -> float:
    """Copy the packets of a clip again and again until the video is long enough; nothing is encoded.

    Parameters
    ----------
    clip, target : Path
        The clip, and the file to write, of the same container.
    seconds : float
        The least length.

    Returns
    -------
    float
        Length of the video in seconds.
    """
    offset = 0
    with av.open(str(clip)) as source, av.open(str(target), "w") as out:
        stream = source.streams.video[0]
        copy = out.add_stream_from_template(stream)
        while offset * stream.time_base < seconds:
            source.seek(0)
            end = 0
            for packet in source.demux(stream):
                if packet.dts is None or packet.pts is None:
                    continue
                end = max(end, packet.pts + (packet.duration or 1))
                packet.pts += offset
                packet.dts += offset
                packet.stream = copy
                out.mux(packet)
            offset += end
    return float(offset * stream.time_base)
