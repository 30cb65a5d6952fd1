"""``posetrail convert``: tracks in the formats of other tools."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from posetrail.commands._options import FORMATS, Overwrite


def command(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="A run's folder.", show_default=False)],
    form: Annotated[
        str,
        typer.Option("--to", metavar="NAME", help=f"The format: {FORMATS}."),
    ],
    output: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            metavar="PATH",
            help="The file (motchallenge, coco_results) or folder (openpose_json).",
        ),
    ],
    overwrite: Overwrite = False,
) -> None:
    """Write the tracks of a run for another tool.

    [bold]posetrail convert runs/match --to motchallenge -o match.txt[/bold] writes one box a line, frames
    from 1, the box around each person's keypoints.
    """
    from posetrail.run_folder import open_run
    from tracker.errors import OutputError
    from tracker.plugins import load_plugin

    module = load_plugin("tracker.formats", form)
    opened = open_run(run)
    if output.exists() and not overwrite:
        raise OutputError(f"{output} exists already.", hint="Use --overwrite or another --output.")
    module.write(output, opened.tracks)
    typer.echo(f"{len(opened.tracks)} rows of {len(opened.tracks.ids)} people in {output}")
