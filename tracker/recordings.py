"""Recorded poses of other tools, whatever format they are in."""

from __future__ import annotations

from pathlib import Path

from tracker.errors import FormatError, UsageError
from tracker.files import near_name
from tracker.plugins import load_plugin, plugin_names
from tracker.recorded import Recorded
from tracker.source_paths import VIDEO_SUFFIXES

FORMATS = "tracker.formats"


def read_recording(path: Path, *, fps: float | None = None, form: str | None = None) -> Recorded:
    """Read recorded poses.

    Parameters
    ----------
    path : Path
        A file, or a folder of files.
    fps : float, optional
        Frames per second, where the source does not say.
    form : str, optional
        Name of the format (`tracker/formats`); by default the one that recognises the path.

    Raises
    ------
    FormatError
        If there is no such path, no format recognises it, or it is damaged.
    """
    if not path.exists():
        raise FormatError(f"There is no {path}.", hint=near_name(path, Path.exists))
    if fps is not None and not 0 < fps <= 1000:
        raise UsageError(f"--fps must lie above 0 and be at most 1000, found {fps:g}.")
    if form is None and path.suffix.lower() in VIDEO_SUFFIXES:
        raise FormatError(
            f"{path} is a video, not recorded poses.", hint=f"Find them: posetrail run {path}."
        )
    names = [form] if form is not None else plugin_names(FORMATS)
    for name in names:
        module = load_plugin(FORMATS, name)
        if form is not None or module.recognises(path):
            recording: Recorded = module.read(path, fps=fps)
            return recording
    raise FormatError(
        f"{path} is in no known format of recorded poses.",
        hint=f"Known: {', '.join(names)}; choose one with --format.",
    )
