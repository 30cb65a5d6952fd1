"""Tables of figures, and the part of a document that is written by a program."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from posetrail.health import machine
from tracker.files import written_whole


@dataclass
class Section:
    """A table with its title and what must be said of it.

    Parameters
    ----------
    title : str
        Heading.
    columns : sequence of str
        Heads of the columns.
    rows : list of sequence of str
        The cells.
    notes : list of str
        Sentences below.
    """

    title: str
    columns: Sequence[str]
    rows: list[Sequence[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def markdown(self) -> str:
        """Write it as Markdown."""
        lines = [f"### {self.title}", ""]
        if self.rows:
            lines += [_row(self.columns), _row(["---"] * len(self.columns))]
            lines += [*map(_row, self.rows), ""]
        lines += [f"{note}\n" for note in self.notes]
        return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def provenance(command: str) -> str:
    """Say what made figures, on what, and when. No host names: they tell nobody anything."""
    found = machine()
    cores = found["usable_cores"] or found["cores"]
    memory = f"{found['memory_bytes'] / 2**30:.0f} GiB, " if found["memory_bytes"] else ""
    features = ", ".join(found["features"] or ["no special instructions"])
    return (
        f"`{command}` on {datetime.now(UTC):%Y-%m-%d}, {cores} cores of {found['processor']} "
        f"({features}), {memory}Python {platform.python_version()}, OpenVINO {version('openvino')}"
    )


def load() -> str:
    """Say how busy the machine was, where the system tells."""
    if not hasattr(os, "getloadavg"):
        return "how busy the machine was is not known"
    minutes = os.getloadavg()[1]
    return f"{minutes:.1f} programs wanted to run, on average over the five minutes before"


def write_between(document: Path, name: str, text: str) -> None:
    """Replace what stands between two marks of a document.

    Parameters
    ----------
    document : Path
        A Markdown file with the lines ``<!-- NAME begin -->`` and ``<!-- NAME end -->``.
    name : str
        Of the marks.
    text : str
        What stands there afterwards.

    Raises
    ------
    ValueError
        If the marks are not there.
    """
    begin, end = f"<!-- {name} begin -->\n", f"<!-- {name} end -->"
    before, found_begin, rest = document.read_text(encoding="utf-8").partition(begin)
    _, found_end, after = rest.partition(end)
    if not (found_begin and found_end):
        raise ValueError(f"{document} should have the marks {name} begin and {name} end.")
    whole = f"{before}{begin}\n{text.strip()}\n\n{end}{after}"
    with written_whole(document) as aside:
        aside.write_text(whole, encoding="utf-8")
