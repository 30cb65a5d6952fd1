"""``posetrail run``: from videos to tables of people and what they did."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from posetrail.commands._options import (
    EXIT_CODE_HELP,
    PEOPLE,
    RESULT,
    SOURCE,
    Assignments,
    ConfigName,
    Device,
    Draw,
    EngineName,
    Height,
    ModelsDir,
    Overwrite,
    People,
    PoseModel,
    Precision,
    Skip,
    Zoom,
    clock_time,
    split_drawings,
)

if TYPE_CHECKING:
    from posetrail.batch import Outcome

EPILOG = EXIT_CODE_HELP


def command(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE",
            help="Videos, folders of videos, folders of images, or globs; one run each.",
            show_default=False,
        ),
    ],
    config: ConfigName = None,
    assign: Assignments = None,
    people: People = None,
    actions: Annotated[
        str | None,
        typer.Option(
            "--actions",
            metavar="NAME|PATH",
            rich_help_panel=PEOPLE,
            help="Name actions with this model: a shipped one, or one that posetrail train made.",
        ),
    ] = None,
    live: Annotated[
        bool,
        typer.Option(
            "--live",
            rich_help_panel=PEOPLE,
            help="Only what is known at each moment: no look ahead. Refused with --people, --skip, falls.",
        ),
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="DIR",
            rich_help_panel=RESULT,
            help="The run's folder (default runs/<source>); for several sources, where their folders go.",
        ),
    ] = None,
    overwrite: Overwrite = False,
    resume: Annotated[
        bool,
        typer.Option("--resume", rich_help_panel=RESULT, help="Go on with an interrupted run."),
    ] = False,
    no_video: Annotated[
        bool,
        typer.Option("--no-video", rich_help_panel=RESULT, help="Tables only, no annotated.mp4."),
    ] = False,
    draw: Draw = None,
    start: Annotated[
        float | None,
        typer.Option(
            metavar="TIME",
            parser=clock_time,
            rich_help_panel=SOURCE,
            help="Leave out what comes before: 65 or 1:05.",
        ),
    ] = None,
    end: Annotated[
        float | None,
        typer.Option(
            metavar="TIME",
            parser=clock_time,
            rich_help_panel=SOURCE,
            help="Leave out what comes after.",
        ),
    ] = None,
    every: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, rich_help_panel=SOURCE, help="Process every N-th frame."),
    ] = None,
    fps: Annotated[
        float | None,
        typer.Option(metavar="RATE", rich_help_panel=SOURCE, help="Frames per second of images."),
    ] = None,
    pose_model: PoseModel = None,
    height: Height = None,
    zoom: Zoom = None,
    skip: Skip = None,
    engine: EngineName = None,
    device: Device = None,
    precision: Precision = None,
    models_dir: ModelsDir = None,
) -> None:
    """Find everybody in each video, follow them, name what they do; write tables and a video.

    [bold]posetrail run match.mp4 --config tennis --people 2[/bold] writes runs/match/ with tracks.csv
    (every person in every frame), people.csv, people/ (a time series per person), actions.csv,
    annotated.mp4 and run.json. With [bold]--live[/bold] people and actions are what a live camera would have
    told: nobody before they are sure, nothing filled in, each stroke by what came before it is named (about half
    a window after it happened: start_s lies before the moment of telling).
    """
    from posetrail.batch import run_all
    from posetrail.config import load_config
    from posetrail.looking_ahead import check_live_run
    from posetrail.recognition import lasting_name

    overrides = {
        "tracking.people": people,
        "tracking.online": True if live else None,
        "actions.live": True if live else None,
        "actions.model": None if actions is None else lasting_name(actions),
        "video.start": start,
        "video.end": end,
        "video.every": every,
        "video.fps": fps,
        "pose.model": pose_model,
        "pose.height": int(height) if height and height.isdecimal() else height,
        "pose.zoom": zoom,
        "pose.skip": int(skip) if skip and skip.isdecimal() else skip,
        "pose.engine": engine,
        "pose.device": device,
        "pose.precision": precision,
        "output.video": False if no_video else None,
        "output.draw": split_drawings(draw),
    }
    effective = load_config(config, assignments=assign or (), overrides=overrides)
    if live:
        check_live_run(effective)
    outcomes = run_all(
        sources, effective, output, overwrite=overwrite, resume=resume, models_dir=models_dir
    )
    raise typer.Exit(_report(outcomes))


def _report(outcomes: list[Outcome]) -> int:
    """Say how many of several sources failed, and which; give the exit code of the whole call."""
    from tracker.errors import EXIT_PARTIAL

    failed = [outcome for outcome in outcomes if outcome.error is not None]
    if len(outcomes) > 1:
        typer.echo(f"\n{len(outcomes) - len(failed)} of {len(outcomes)} sources done.")
    errors = [outcome.error for outcome in failed if outcome.error is not None]
    if errors and len(errors) == len(outcomes):
        return errors[0].exit_code
    if len(outcomes) > 1:
        for outcome in failed:
            typer.echo(f"  failed: {outcome.path}")
    incomplete = any(outcome.incomplete for outcome in outcomes)
    return EXIT_PARTIAL if failed or incomplete else 0
