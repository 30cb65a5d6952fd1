"""``posetrail label``: a table of labels to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def command(
    runs: Annotated[
        list[Path],
        typer.Argument(metavar="RUN", help="Folders of finished runs.", show_default=False),
    ],
    model: Annotated[
        str | None,
        typer.Option(
            "--model",
            "-m",
            metavar="NAME|PATH",
            help="Let this action model guess; by default the guesses are the run's actions.csv.",
        ),
    ] = None,
    config: Annotated[
        str | None,
        typer.Option(
            "--config",
            "-c",
            metavar="NAME|PATH",
            help="Let the action model of this configuration guess, with its settings.",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="The table (default: labels.csv in each run)."
        ),
    ] = None,
    arm_speed: Annotated[
        float,
        typer.Option(min=0.1, max=1000, help="Fast is a wrist at so many torso lengths a second."),
    ] = 4.0,
    neck_drop: Annotated[
        float,
        typer.Option(min=0.1, max=1000, help="A drop is so many torso lengths within a second."),
    ] = 0.5,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace labels that are there, edited or not.")
    ] = False,
) -> None:
    """Write a table of moments worth a label: what a model guessed, fast arms, dropping heads.

    [bold]posetrail label runs/match[/bold] writes runs/match/labels.csv. Put a label where there is a ?, correct
    the guesses and the times, delete rows that are nothing and add what is missing (every row needs
    track_id, start_s, end_s, label). Then [bold]posetrail train runs/match[/bold].
    """
    from posetrail.config import load_config
    from posetrail.labelling import label_runs

    actions = load_config(config, overrides={"actions.model": model}).actions
    for path, count, guessed in label_runs(
        runs,
        actions=actions,
        output=output,
        arm_speed=arm_speed,
        neck_drop=neck_drop,
        overwrite=overwrite,
    ):
        typer.echo(f"{path}: {count} moments, {guessed} with a guess")
    typer.echo(
        "Next: edit the table beside the video (a label for each ?, wrong guesses corrected, rows that "
        "are nothing deleted; a ? that stays is left out), then posetrail train."
    )
