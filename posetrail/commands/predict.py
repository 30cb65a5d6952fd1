"""``posetrail predict``: name the actions of a finished run again, without running the network."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from posetrail.commands._options import Assignments, ConfigName


def command(
    runs: Annotated[
        list[Path],
        typer.Argument(metavar="RUN", help="Folders of finished runs.", show_default=False),
    ],
    model: Annotated[
        str | None,
        typer.Option(
            "--model", "-m", help="Name of a shipped action model or the path of your own."
        ),
    ] = None,
    config: ConfigName = None,
    assignments: Assignments = None,
) -> None:
    """Name what everybody did in finished runs: writes actions.csv anew from tracks.parquet.

    [bold]posetrail predict runs/match --model my-strokes[/bold] uses a model that posetrail train made. run.json says
    afterwards which model it was. The network, the tracks and the annotated video stay as they are.
    """
    from posetrail.commands._shown import console
    from posetrail.config import load_config
    from posetrail.naming import name_again
    from posetrail.recognition import lasting_name, load_action_model
    from posetrail.run_folder import OLD_VIDEO, open_run
    from tracker.errors import UsageError

    settings = load_config(
        config, assignments=assignments or (), overrides={"actions.model": model}
    ).actions
    if settings.model is None:
        raise UsageError("No action model was named.", hint="Use --model or --config.")
    known = load_action_model(settings.model)
    settings = settings.model_copy(update={"model": lasting_name(settings.model)})
    opened = [open_run(folder) for folder in runs]
    for run in opened:
        actions = name_again(run, known, settings)
        people = len({action.track_id for action in actions})
        console().print(
            f"{run.actions_path}: {len(actions)} actions of {people} people ({known.card.name})"
        )
    drawn = [run for run in opened if run.video_path.exists()]
    if drawn:
        console().print(f"note: {OLD_VIDEO} ({len(drawn)} of {len(opened)} runs)")
