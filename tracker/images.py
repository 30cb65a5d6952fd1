"""Frames from images: a folder, a pattern, or one picture."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import av
import av.error

from tracker.errors import UsageError, VideoError
from tracker.files import near_name
from tracker.sources import MAX_PIXELS, Image, Selection, Source, SourceInfo, Ticket
from tracker.upright import Uprighter

IMAGE_SUFFIXES = frozenset(
    {".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".webp", ".ppm", ".pgm", ".jp2"}
)
#: A number in a name, as FFmpeg and OpenCV write it: ``%04d``.
_NUMBER = re.compile(r"%0?(\d*)d")
#: How many bad images are named one by one.
_NAMED = 3


def is_image(path: Path) -> bool:
    """Tell by its suffix whether a file is an image."""
    return path.suffix.lower() in IMAGE_SUFFIXES


def holds_images(path: Path) -> bool:
    """Tell a folder, an image or a pattern of images from a video file.

    Raises
    ------
    VideoError
        If that cannot be told.
    """
    try:
        return path.is_dir() or is_image(path) or not path.exists()
    except OSError as error:  # a folder above it must not be entered
        raise unreadable(path, error) from error


def natural_order(path: Path) -> tuple[list[tuple[int, int, str]], str]:
    """Give a sort key by which ``frame2`` comes before ``frame10``."""
    parts = re.findall(r"(\d+)|(\D+)", path.stem.lower())
    key = [(0, int(number), "") if number else (1, 0, text) for number, text in parts]
    return key, path.name


def is_pattern(path: Path) -> bool:
    """Tell whether a path that does not exist is a pattern: ``frame*.png`` or ``frame_%04d.png``."""
    marked = any(mark in str(path) for mark in "*?[") or _NUMBER.search(path.name)
    return bool(marked) and not path.exists()


def matches(pattern: Path) -> list[Path]:
    """Give what a pattern matches, in natural order, hidden files left out.

    Raises
    ------
    VideoError
        If a folder cannot be read.
    """
    try:
        if _NUMBER.search(pattern.name):
            name = _numbered(pattern.name)
            found = [path for path in listed(pattern.parent) if name.fullmatch(path.name)]
        else:
            found = list(Path(pattern.anchor).glob(str(pattern.relative_to(pattern.anchor))))
    except OSError as error:
        raise unreadable(pattern, error) from error
    return sorted((path for path in found if path.name[0] != "."), key=natural_order)


def listed(folder: Path) -> list[Path]:
    """List a folder in natural order; nothing where there is none.

    Raises
    ------
    VideoError
        If it cannot be read.
    """
    try:
        return sorted(folder.iterdir(), key=natural_order)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise unreadable(folder, error) from error


def unreadable(path: Path, error: OSError) -> VideoError:
    """Turn a failed look into a folder into the error a user reads."""
    reason = error.strerror or str(error)
    return VideoError(f"Cannot read {path}: {reason}.", hint="Check its permissions.")


def images_of(path: Path) -> list[Path]:
    """List the images that a path stands for, in natural order.

    Raises
    ------
    VideoError
        If nothing is there, or no image.
    """
    if path.is_dir():
        candidates = listed(path)
    elif is_pattern(path):
        candidates = matches(path)
    elif path.exists():
        return [path]
    else:
        hint = near_name(path, Path.exists) or "Check the path."
        raise VideoError(f"There is no file {path}.", hint=hint)
    images = [p for p in candidates if is_image(p) and p.is_file() and p.name[0] != "."]
    if not candidates and not path.is_dir():
        raise VideoError(f"Nothing matches {path}.", hint="Check the folder and the pattern.")
    if not images:
        raise VideoError(
            f"{path} holds no videos and no images, found {len(candidates)} other files.",
            hint=f"Expected a video, or {', '.join(sorted(IMAGE_SUFFIXES))}.",
        )
    return images


def _numbered(name: str) -> re.Pattern[str]:
    """Turn ``frame_%04d.png`` into what such names look like."""
    literal = [re.escape(part) for part in _NUMBER.split(name)[::2]]
    digits = [rf"\d{{{int(width or 1)},}}" for width in _NUMBER.findall(name)]
    return re.compile("".join(a + b for a, b in zip(literal, [*digits, ""], strict=True)))


class ImageSource(Source):
    """Frames from images that all have one size; see `Source`.

    Images that cannot be read or have another size than the first one are left out and stand in
    ``problems``; the numbers and times of the others do not change.
    """

    def __init__(self, info: SourceInfo, paths: Sequence[Path], selection: Selection) -> None:
        super().__init__(info, selection)
        self._paths = paths
        self._bad: list[str] = []

    @classmethod
    def open(
        cls, path: Path, paths: Sequence[Path], fps: float | None, selection: Selection
    ) -> ImageSource:
        """Read the first image that can be read to learn the size.

        Raises
        ------
        UsageError
            If ``fps`` is missing for several images, or not positive.
        VideoError
            If no image can be read.
        """
        if fps is None and len(paths) > 1:
            raise UsageError(
                f"{path} is a folder or pattern of images, which have no times of their own.",
                hint="Say how many there are per second with --fps.",
            )
        rate = 1.0 if fps is None else float(fps)
        if not 0 < rate < float("inf"):
            raise UsageError(f"--fps must be more than 0, found {fps}.")
        found = next((picture for picture in map(_decoded_image, paths) if picture), None)
        if found is None:
            raise VideoError(f"No image of {path} can be read.", hint="The files are damaged.")
        upright = Uprighter(found)
        info = SourceInfo(
            path=path,
            kind="images",
            width=upright.size[0],
            height=upright.size[1],
            rate=rate,
            duration=len(paths) / rate,
            declared_frames=len(paths),
            rotation=0,
            codec="images",
            pixel_format=found.format.name,
            has_audio=False,
        )
        return cls(info, paths, selection)

    def _tickets(self) -> Iterator[Ticket]:
        self._bad = []
        for index, path in enumerate(self._paths):
            yield index, index / self.info.rate, partial(self._picture, path)

    def _picture(self, path: Path) -> Image | None:
        frame = _decoded_image(path)
        upright = None if frame is None else Uprighter(frame)
        if upright is not None and upright.size == (self.info.width, self.info.height):
            return upright(frame)
        reason = "cannot be read" if upright is None else "is {} x {}".format(*upright.size)
        self._complain(f"{path.name} {reason}")
        return None

    def _complain(self, message: str) -> None:
        self._bad.append(message)
        named = "; ".join(self._bad[:_NAMED])
        more = len(self._bad) - _NAMED
        self.problems = [
            f"{len(self._bad)} of {len(self._paths)} images were left out, expected "
            f"{self.info.width} x {self.info.height} pixels: {named}"
            + (f" and {more} more" if more > 0 else "")
        ]


def _decoded_image(path: Path) -> Any:
    """Decode an image with its orientation; None where that is impossible.

    The file is handed over open: FFmpeg would read a percent sign in its name as a pattern.
    """
    try:
        with path.open("rb") as file, av.open(file, metadata_errors="replace") as container:
            stream = container.streams.video[0]
            stream.codec_context.options = {"max_pixels": str(MAX_PIXELS)}
            return next(container.decode(stream), None)
    except (av.error.FFmpegError, OSError, IndexError):
        return None
