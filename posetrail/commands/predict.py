"""``posetrail predict``: name the actions of a finished run again, without running the network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from posetrail.commands._options import PEOPLE, Assignments, RunsOwnConfigName

if TYPE_CHECKING:
    from posetrail.config import ActionSettings
    from posetrail.run_folder import Run


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
    config: RunsOwnConfigName = None,
    assignments: Assignments = None,
    live: Annotated[
        bool | None,
        typer.Option(
            "--live/--no-live",
            rich_help_panel=PEOPLE,
            help="Look only back, as live, or at whole tracks (default: as the run's actions were named "
            "before). falls cannot be used live.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Name what everybody did in finished runs: writes actions.csv anew from tracks.parquet.

    [bold]posetrail predict runs/match --model my-strokes[/bold] uses a model that posetrail train made; without
    --model and --config, the run's own model names them again. run.json says afterwards which model it was,
    and whether it looked only back ([bold]--live[/bold]: what a live camera would have told of these tracks);
    naming again without --model and --config stays live until [bold]--no-live[/bold].
    The network, the tracks and the annotated video stay as they are.
    """
    from classifiers.live import check_live
    from posetrail.commands._shown import console
    from posetrail.edited_actions import KEPT
    from posetrail.naming import name_again
    from posetrail.recognition import load_action_model
    from posetrail.run_folder import OLD_VIDEO, open_run
    from posetrail.summary import print_actions

    opened = [open_run(folder) for folder in runs]
    chosen = [_settings(run, config, model, assignments or [], live=live) for run in opened]
    known = {each.model: load_action_model(str(each.model)) for each in chosen}
    for each in chosen:
        if each.live:
            check_live(known[each.model])  # before any run is written
    for run, settings in zip(opened, chosen, strict=True):
        actions = name_again(run, known[settings.model], settings)
        people = len({action.track_id for action in actions})
        name = known[settings.model].card.name
        console().print(f"{run.actions_path}: {len(actions)} actions of {people} people ({name})")
        done = open_run(run.folder)
        print_actions(done, console())
        for warning in done.info["warnings"]:
            if warning.startswith(KEPT):
                console().print(f"note: {warning}")
    drawn = [run for run in opened if run.video_path.exists()]
    if drawn:
        console().print(f"note: {OLD_VIDEO} ({len(drawn)} of {len(opened)} runs)")


def _settings(
    run: Run, config: str | None, model: str | None, assignments: list[str], *, live: bool | None
) -> ActionSettings:
    """Give how the actions of a run are named: as asked for, else as they were before."""
    from posetrail.config import load_config
    from posetrail.recognition import lasting_name
    from tracker.errors import UsageError

    before = run.info["config"].get("actions")
    base = {"actions": before} if before and model is None else {}
    overrides = {"actions.model": model, "actions.live": live}
    settings = load_config(config, assignments=assignments, overrides=overrides, base=base).actions
    if settings.model is None:
        raise UsageError(
            f"No action model was named, and {run.folder} was made without one.",
            hint="Use --model or --config.",
        )
    return settings.model_copy(update={"model": lasting_name(settings.model)})
