"""Sources as a configuration wants them opened."""

from __future__ import annotations

from pathlib import Path

from posetrail.config import VideoSettings
from tracker.sources import Source
from tracker.video import open_source


def open_chosen(path: Path, video: VideoSettings) -> Source:
    """Open a source with the frames that the configuration chooses.

    Raises
    ------
    VideoError
        If it cannot be read.
    UsageError
        If the options do not go together.
    """
    return open_source(path, fps=video.fps, start=video.start, end=video.end, every=video.every)


def size_of(path: Path, video: VideoSettings) -> tuple[int, int]:
    """Tell width and height of a source's pictures: also whether it can be read at all.

    Raises
    ------
    VideoError
        If it cannot be read.
    UsageError
        If the options do not go together.
    """
    with open_chosen(path, video) as source:
        return source.info.width, source.info.height
