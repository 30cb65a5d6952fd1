"""``posetrail train``: a model of one's own classes, and a report that can be believed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from posetrail.commands._options import Assignments, JsonFile

if TYPE_CHECKING:
    from posetrail.training import Trained

LEARNING = "Learning"
JUDGING = "Judging"
_MOST_LINES = 6


def command(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="LABELS|RUN",
            help="Label files and the runs that they speak of; without files, each RUN's labels.csv.",
            show_default=False,
        ),
    ],
    output: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            metavar="NAME|PATH",
            help="The model: NAME.txt, .json and .md are written, and NAME-report/.",
        ),
    ] = Path("my-actions"),
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace a model of that name.")
    ] = False,
    config: Annotated[
        str | None,
        typer.Option(
            "--config", "-c", metavar="NAME|PATH", help="A shipped configuration or a YAML file."
        ),
    ] = None,
    assign: Assignments = None,
    background: Annotated[
        str | None,
        typer.Option(
            metavar="LABEL",
            rich_help_panel=LEARNING,
            help="What unlabelled time of labelled people is called (default idle).",
        ),
    ] = None,
    no_background: Annotated[
        bool,
        typer.Option(
            "--no-background",
            rich_help_panel=LEARNING,
            help="Not everything was labelled: unlabelled time teaches nothing.",
        ),
    ] = False,
    mirror: Annotated[
        bool,
        typer.Option(
            "--mirror",
            rich_help_panel=LEARNING,
            help="Left and right make no difference to the classes: learn mirrored people, too.",
        ),
    ] = False,
    skip_missing: Annotated[
        bool,
        typer.Option(
            "--skip-missing",
            rich_help_panel=LEARNING,
            help="Leave out labels of videos whose run is not given.",
        ),
    ] = False,
    group_by: Annotated[
        str,
        typer.Option(
            metavar="video|person|COLUMN",
            rich_help_panel=JUDGING,
            help="What is never split between learning and judging; a column of the labels works, too.",
        ),
    ] = "video",
    folds: Annotated[
        int | None,
        typer.Option(min=2, rich_help_panel=JUDGING, help="Folds over groups (default 5)."),
    ] = None,
    time_split: Annotated[
        float | None,
        typer.Option(
            min=0.1,
            max=0.9,
            metavar="SHARE",
            rich_help_panel=JUDGING,
            help="Declare a split in time: learn from this share of each video, judge the rest.",
        ),
    ] = None,
    json_file: JsonFile = None,
) -> None:
    """Learn actions from your own labels, and say honestly how well.

    [bold]posetrail label runs/match[/bold] writes labels to start from; edit them, then
    [bold]posetrail train runs/*/labels.csv runs/* --output my-strokes[/bold]. Use the model with
    [bold]posetrail predict RUN --model my-strokes[/bold].

    Labels are tables with the columns of actions.csv, BORIS exports, a label per frame, or Shot,FrameId lists.
    """
    from posetrail.config import load_config
    from posetrail.progress import reporter_for
    from posetrail.training import train
    from posetrail.training_material import gather
    from posetrail.training_output import check_output, write_trained

    overrides: dict[str, Any] = {
        "training.background.label": background,
        "training.background.ratio": 0 if no_background else None,
        "training.mirror": True if mirror else None,
        "training.folds": folds,
    }
    effective = load_config(config, assignments=assign or (), overrides=overrides)
    text = check_output(output, overwrite=overwrite)
    material = gather(paths, group_by=group_by, skip_missing=skip_missing)
    with reporter_for("train") as reporter:
        trained = train(
            material,
            text.stem,
            effective,
            reporter,
            time_split=time_split,
            command=_command_line(),
        )
    written = write_trained(trained, output)
    _print(trained, written)
    _print_result(trained, json_file)


def _command_line() -> str:
    """Give the command as it was typed, many runs shortened."""
    import shlex
    import sys

    words = sys.argv[1:]
    shown = words if len(words) <= 30 else [*words[:12], "...", *words[-12:]]
    return shlex.join(["posetrail", *shown]).replace("'...'", "...")


def _print(trained: Trained, written: list[Path]) -> None:
    from classifiers.training_report import chosen_tolerance, too_few

    facts = trained.facts
    typer.echo(facts.split)
    if facts.judged is not None:
        tolerance = chosen_tolerance(facts.settings)
        events = facts.judged.comparison.found(tolerance)
        typer.echo(facts.judged.labels.table())
        typer.echo(
            f"labels told right: {facts.judged.accuracy:.3f} of {facts.judged.own.sum()}, always the "
            f"commonest class {facts.judged.majority_accuracy:.3f}"
        )
        typer.echo(
            f"events within {tolerance:g} s: {events.found} of {events.true} found, "
            f"{events.predicted} predicted, F1 {events.f1:.3f}"
        )
    lacking = too_few(facts)
    for line in lacking[:_MOST_LINES]:
        typer.echo(f"too little data: {line}")
    if len(lacking) > _MOST_LINES:
        typer.echo(f"too little data: {len(lacking) - _MOST_LINES} more classes, see the report")
    for note in facts.notes:
        typer.echo(f"note: {note}")
    model, report = written
    typer.echo(f"model {model}, report {report}; use it: posetrail predict RUN --model {model}")


def _print_result(trained: Trained, json_file: Path | None) -> None:
    from classifiers.training_report import result_values
    from posetrail.commands._shown import echo_result

    echo_result(result_values(trained.facts), json_file)
