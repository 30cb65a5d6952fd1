"""What every source of frames has in common: its description, and which frames are asked for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray

from tracker.errors import UsageError, VideoError
from tracker.poses import Frame

#: Largest picture that is decoded, in pixels: 16K video (15360 x 8640) fits, a bomb does not.
MAX_PIXELS = 2**27

Image = NDArray[np.uint8]
#: Number of a frame in the source, its seconds, how to get its picture (None: not possible).
Ticket = tuple[int, float, Callable[[], Image | None]]


@dataclass(frozen=True)
class SourceInfo:
    """What a source says of itself before it is read.

    Parameters
    ----------
    path : Path
        The file, the folder of images or the pattern.
    kind : {"video", "images"}
        Where the frames come from.
    width, height : int
        Size of the upright picture in pixels.
    rate : float
        Average frames per second as the container states it; 0 where it states none. Not used
        for times.
    duration : float or None
        Seconds, as the container states it.
    declared_frames : int or None
        How many frames the container claims to hold; it may lie.
    rotation : int
        Degrees clockwise by which stored pictures are turned to stand upright: 0, 90, 180 or 270.
    codec : str
        Name of the video codec, or ``images``.
    pixel_format : str
        FFmpeg's name of the stored pixel format.
    has_audio : bool
        Whether there is a sound track.
    first_s : float
        Seconds on the container's own clock at which the first frame stands; audio shares that
        clock.
    pixel_aspect : float
        Width over height of one upright pixel; 1 for nearly all sources. Nothing is resampled for
        it.
    """

    path: Path
    kind: Literal["video", "images"]
    width: int
    height: int
    rate: float
    duration: float | None
    declared_frames: int | None
    rotation: int
    codec: str
    pixel_format: str
    has_audio: bool
    first_s: float = 0.0
    pixel_aspect: float = 1.0


@dataclass(frozen=True)
class Selection:
    """Which frames of a source are asked for.

    Parameters
    ----------
    start, end : float or None
        Seconds since the source's first frame; from ``start`` (included) to ``end`` (left out).
    every : int
        Every so-many-th frame, counted from the first one in that span.

    Raises
    ------
    UsageError
        If the span is empty or a value is impossible.
    """

    start: float | None = None
    end: float | None = None
    every: int = 1

    def __post_init__(self) -> None:
        start = 0.0 if self.start is None else self.start
        if not start >= 0:
            raise UsageError(f"--start must be 0 or more seconds, found {self.start}.")
        if self.end is not None and not self.end > start:
            raise UsageError(f"--end must lie after --start ({start:g} s), found {self.end:g} s.")
        if self.every < 1:
            raise UsageError(f"--every must be 1 or more, found {self.every}.")

    def choose(self, tickets: Iterator[Ticket]) -> Iterator[Ticket]:
        """Let through the tickets that are asked for; stops reading behind the end."""
        origin: int | None = None
        for ticket in tickets:
            index, time, _ = ticket
            if self.end is not None and time >= self.end:
                return
            if self.start is not None and time < self.start:
                continue
            origin = index if origin is None else origin
            if (index - origin) % self.every == 0:
                yield ticket

    def __str__(self) -> str:
        """Name the span for a message."""
        end = "the end" if self.end is None else f"{self.end:g} s"
        return f"from {self.start or 0:g} s to {end}"


class Source(ABC):
    """A source of upright frames with true times, as a context manager and an iterable.

    It can be iterated again, each time from its start, with the same frames. Only one iteration
    may run at a time. Memory does not depend on the length.

    Parameters
    ----------
    info : SourceInfo
        What the source says of itself.
    selection : Selection
        Which frames are asked for.

    Attributes
    ----------
    problems : list of str
        What could not be processed in the last iteration (a truncated file, damaged frames);
        complete when that iteration has ended. Empty means that all of it was read.
    warnings : list of str
        What was odd but could be handled (repaired timestamps, a wrong frame count).
    """

    def __init__(self, info: SourceInfo, selection: Selection) -> None:
        self.info = info
        self.selection = selection
        self.problems: list[str] = []
        self.warnings: list[str] = []
        self._walk: Generator[Frame, None, None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; an iteration that is under way ends."""
        if self._walk is not None:
            self._walk.close()

    def __iter__(self) -> Iterator[Frame]:
        return self.frames()

    def frames(self, first: int = 0) -> Iterator[Frame]:
        """Iterate over the chosen frames.

        Parameters
        ----------
        first : int
            Leave out frames with a smaller number. What follows is exactly, in numbers, times
            and pixels, what an iteration from the start gives: frames before it are decoded and
            dropped.

        Yields
        ------
        Frame
            Upright, with its true number and time; times rise strictly.

        Raises
        ------
        VideoError
            If there is no frame in the chosen span.
        """
        self.close()
        self.problems, self.warnings = [], []
        self._walk = self._frames(first)
        return self._walk

    def _frames(self, first: int) -> Generator[Frame, None, None]:
        nothing = True
        for index, time, picture in self.selection.choose(self._tickets()):
            nothing = False
            image = picture()  # also of frames left out: `problems` are those of the whole source
            if image is not None and index >= first:
                yield Frame(index, time, image)
        if nothing:
            raise VideoError(
                f"There is no frame {self.selection} in {self.info.path}.",
                hint="; ".join(self.problems) or "Choose another --start and --end.",
            )

    @abstractmethod
    def _tickets(self) -> Iterator[Ticket]:
        """Give all frames in order; afterwards ``problems`` and ``warnings`` are complete."""
