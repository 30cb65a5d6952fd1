"""Tables that people read, on a terminal and in a pipe."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import typer
from rich.console import Console

#: Where there is no terminal nothing is folded: paths stay whole for grep and for eyes.
PIPED_WIDTH = 400


def console() -> Console:
    """Give the console for standard output; in a pipe it is wide and plain."""
    shown = Console()
    if shown.is_terminal:
        return shown
    return Console(width=PIPED_WIDTH, color_system=None)


def echo_result(values: Mapping[str, float | int], json_file: Path | None = None) -> None:
    """Print the last line of an evaluation, ``result NAME VALUE ...``, and write it as JSON, too."""
    words = [
        f"{name} {value}" if isinstance(value, int) else f"{name} {value:.4f}"
        for name, value in values.items()
    ]
    typer.echo(f"result {' '.join(words)}")
    if json_file is not None:
        from posetrail.json_files import write_json

        write_json(json_file, values)
