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
