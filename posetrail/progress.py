"""Progress of long work: a protocol, a silent one, and one for people."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Protocol, Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from tracker.sources import Source


class Reporter(Protocol):
    """Is told what is being done and how far it is."""

    def stage(self, name: str, total: int | None, done: int = 0) -> None:
        """Begin a stage of ``total`` steps (None: nobody knows how many), of which some are done."""

    def advance(self, steps: int = 1) -> None:
        """Say that steps of the stage are done."""


class Silent:
    """A reporter that says nothing: the default of the Python API."""

    def stage(self, name: str, total: int | None, done: int = 0) -> None:
        """Ignore the stage."""

    def advance(self, steps: int = 1) -> None:
        """Ignore the steps."""


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        """Show the steps per second."""
        return Text(f"{task.speed:.1f}/s" if task.speed else "", style="cyan")


class BarReporter:
    """A bar per stage with rate and time left, on a terminal."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            _Rate(),
            TimeRemainingColumn(compact=True),
            console=Console(stderr=True),
            refresh_per_second=5,
            speed_estimate_period=10,
        )
        self._task = self._bars.add_task(title, visible=False)

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bars.stop()

    def stage(self, name: str, total: int | None, done: int = 0) -> None:
        """Begin a new bar."""
        self._finish()
        self._task = self._bars.add_task(f"{self._title}: {name}", total=total, completed=done)

    def advance(self, steps: int = 1) -> None:
        """Move the bar on."""
        self._bars.advance(self._task, steps)

    def _finish(self) -> None:
        """End the last bar where it stands: a container may have promised more frames than it held."""
        done = self._bars.tasks[self._task].completed
        self._bars.update(self._task, total=done)


class LineReporter:
    """A plain line every few seconds, where standard error is not a terminal."""

    EVERY_S = 10.0

    def __init__(self, title: str) -> None:
        self._title = title
        self._name = ""
        self._total: int | None = None
        self._before = self._done = 0
        self._began = self._said = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        pass

    def stage(self, name: str, total: int | None, done: int = 0) -> None:
        """Begin a stage."""
        self._name, self._total = name, total
        self._before = self._done = done
        self._began = self._said = time.monotonic()

    def advance(self, steps: int = 1) -> None:
        """Count steps, and say how far the stage is when it is time to."""
        self._done += steps
        now = time.monotonic()
        if now - self._said >= self.EVERY_S:
            self._said = now
            sys.stderr.write(f"{self._line(now - self._began)}\n")

    def _line(self, seconds: float) -> str:
        rate = (self._done - self._before) / seconds
        line = f"{self._title}: {self._name} {self._done}"
        if self._total:
            line += f" of {self._total} ({self._done / self._total:.0%})"
        if self._total and rate:
            line += f", {max(self._total - self._done, 0) / rate:.0f} s left"
        return f"{line}, {rate:.1f}/s"


def reporter_for(title: str) -> BarReporter | LineReporter:
    """Choose bars for a terminal and plain lines for a file or a pipe."""
    return BarReporter(title) if sys.stderr.isatty() else LineReporter(title)


def expected_frames(source: Source) -> int | None:
    """How many frames the container promises in the chosen span; only for the progress."""
    info, span = source.info, source.selection
    total = info.declared_frames
    if total is None and info.duration is not None:
        total = round(info.duration * info.rate)
    if not total or not info.rate:
        return total or None
    end = total if span.end is None else min(total, round(span.end * info.rate))
    return max(end - round((span.start or 0) * info.rate), 0) // span.every
