"""From the arguments of a command to sources: files, folders, patterns; one entry for each run."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tracker.errors import UsageError
from tracker.images import is_image, is_pattern, listed, matches, unreadable

#: Suffixes by which videos are found in a folder; a file given by name may have any other.
VIDEO_SUFFIXES = frozenset(
    f".{name}"
    for name in (
        *("3gp", "asf", "avi", "divx", "dv", "flv", "gif", "h264", "h265", "hevc", "m2ts", "m4v"),
        *("mjpeg", "mkv", "mov", "mp4", "mpeg", "mpg", "mts", "mxf", "ogv", "ts", "vob", "webm"),
        *("wmv", "y4m"),
    )
)


def find_sources(arguments: Iterable[str | Path]) -> list[Path]:
    """Expand arguments into sources, one for each run.

    Parameters
    ----------
    arguments : iterable of str or Path
        Files; folders of videos (one source for each video) or of images (one source); patterns of
        videos (one for each match) or of images (one source, the pattern itself).

    Returns
    -------
    list of Path
        In the order of the arguments, natural order within one, without repetitions. A path that
        is not there is kept, so that opening it says what is wrong and the others still run.

    Raises
    ------
    VideoError
        If a folder cannot be read.
    UsageError
        If several images are given one by one: it is not said whether they are one sequence.
    """
    sources = [source for argument in arguments for source in _found(Path(argument))]
    unique = list({source.absolute(): source for source in sources}.values())
    single = [source for source in unique if is_image(source) and source.is_file()]
    if len(single) > 1:
        raise UsageError(
            f"{len(single)} images were given one by one, from {single[0]} on.",
            hint="Give their folder, or put the pattern in quotes so that the shell leaves it.",
        )
    return unique


def _found(path: Path) -> list[Path]:
    try:
        return _expand(path)
    except OSError as error:  # a folder above it must not be entered
        raise unreadable(path, error) from error


def _expand(path: Path) -> list[Path]:
    if path.is_dir():
        return _videos_in(path) or [path]
    if not is_pattern(path):
        return [path]
    found = matches(path)
    if all(is_image(match) for match in found):
        return [path]
    return [source for match in found if not is_image(match) for source in _expand(match)]


def _videos_in(folder: Path) -> list[Path]:
    return [
        entry
        for entry in listed(folder)
        if entry.suffix.lower() in VIDEO_SUFFIXES
        and entry.is_file()
        and not entry.name.startswith(".")
    ]
