"""``posetrail predict``: name the actions of a finished run again, without running the network."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def command(
    runs: Annotated[
        list[Path],
        typer.Argument(metavar="RUN...", help="Folders of finished runs.", show_default=False),
    ],
    model: Annotated[
        str | None,
        typer.Option(
            "--model", "-m", help="Name of a shipped action model or the path of your own."
        ),
    ] = None,
    config: Annotated[
        str | None,
        typer.Option("--config", "-c", help="A shipped configuration or a YAML file."),
    ] = None,
    assignments: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Set one key of the configuration."),
    ] = None,
) -> None:
    """Name what everybody did in finished runs: writes actions.csv anew from tracks.parquet.

    The network, the tracks and the annotated video stay as they are.
    """
    from classifiers.actions import write_actions_csv
    from classifiers.recognition import recognise
    from posetrail.commands._shown import console
    from posetrail.config import load_config
    from posetrail.recognition import load_action_model
    from posetrail.run_folder import open_run
    from tracker.errors import UsageError

    settings = load_config(
        config, assignments=assignments or (), overrides={"actions.model": model}
    ).actions
    if settings.model is None:
        raise UsageError("No action model was named.", hint="Use --model or --config.")
    known = load_action_model(settings.model)
    for folder in runs:
        run = open_run(folder)
        actions = recognise(run.tracks, known, settings)
        write_actions_csv(run.actions_path, actions)
        people = len({action.track_id for action in actions})
        console().print(
            f"{run.actions_path}: {len(actions)} actions of {people} people ({known.card.name})"
        )
