"""``posetrail draw``: the annotated video of a finished run anew."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from posetrail.commands._options import Draw, split_drawings


def command(
    runs: Annotated[
        list[Path],
        typer.Argument(metavar="RUN", help="Folders of finished runs.", show_default=False),
    ],
    draw: Draw = None,
    source: Annotated[
        Path | None,
        typer.Option(
            metavar="VIDEO",
            help="The video, where it is no longer where the run found it or the run has none.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Draw annotated.mp4 anew, from a run's tables and its video, without the network.

    After [bold]posetrail track[/bold], [bold]posetrail predict[/bold] or other edits of a run the picture
    still shows the earlier people and actions; this makes it show those in the tables, with their names.
    """
    from posetrail.annotation import redraw
    from posetrail.progress import reporter_for
    from posetrail.run_folder import open_run
    from tracker.errors import UsageError

    if source is not None and len(runs) > 1:
        raise UsageError("--source is the video of one run.", hint="Draw the runs one by one.")
    what = split_drawings(draw)
    for folder in runs:
        run = open_run(folder)
        with reporter_for(folder.name) as reporter:
            redraw(run, source=source, what=what, reporter=reporter)
        typer.echo(str(run.video_path))
