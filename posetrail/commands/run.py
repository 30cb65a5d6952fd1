"""``posetrail run``: from videos to tables of people and what they did."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from posetrail.batch import Outcome

SOURCE = "What to process"
POSE = "Poses"
PEOPLE = "People and actions"
RESULT = "Results"


def command(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE...",
            help="Videos, folders of videos, folders of images, or globs; one run each.",
            show_default=False,
        ),
    ],
    config: Annotated[
        str | None,
        typer.Option(
            "--config",
            "-c",
            metavar="NAME|PATH",
            rich_help_panel=PEOPLE,
            help="A shipped configuration (tennis, falls) or a YAML file; without it no actions are named.",
        ),
    ] = None,
    assign: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="KEY=VALUE",
            rich_help_panel=PEOPLE,
            help="Set one key of the configuration, e.g. tracking.patience_s=2. May stand several times.",
        ),
    ] = None,
    people: Annotated[
        int | None,
        typer.Option(min=1, rich_help_panel=PEOPLE, help="Keep the N people that matter most."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            rich_help_panel=RESULT,
            help="The run's folder (default runs/<source>); for several sources, where their folders go.",
        ),
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", rich_help_panel=RESULT, help="Replace an earlier run.")
    ] = False,
    resume: Annotated[
        bool,
        typer.Option("--resume", rich_help_panel=RESULT, help="Go on with an interrupted run."),
    ] = False,
    no_video: Annotated[
        bool,
        typer.Option("--no-video", rich_help_panel=RESULT, help="Tables only, no annotated.mp4."),
    ] = False,
    draw: Annotated[
        str | None,
        typer.Option(
            metavar="LIST",
            rich_help_panel=RESULT,
            help="What to draw, of skeleton,id,trail,action,angles.",
        ),
    ] = None,
    start: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS", rich_help_panel=SOURCE, help="Leave out what comes before."
        ),
    ] = None,
    end: Annotated[
        float | None,
        typer.Option(metavar="SECONDS", rich_help_panel=SOURCE, help="Leave out what comes after."),
    ] = None,
    every: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, rich_help_panel=SOURCE, help="Process every N-th frame."),
    ] = None,
    fps: Annotated[
        float | None,
        typer.Option(rich_help_panel=SOURCE, help="Frames per second of a folder of images."),
    ] = None,
    pose_model: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|PATH",
            rich_help_panel=POSE,
            help="The network (posetrail models list); fetched once where it is not present.",
        ),
    ] = None,
    height: Annotated[
        str | None,
        typer.Option(
            metavar="N|native",
            rich_help_panel=POSE,
            help="Input height of the network (default 368). Larger finds smaller people, at a cost.",
        ),
    ] = None,
    zoom: Annotated[
        str | None,
        typer.Option(
            metavar="auto|off",
            rich_help_panel=POSE,
            help="auto: small people are looked at again, enlarged; finds who is far away, at half more cost.",
        ),
    ] = None,
    engine: Annotated[
        str | None,
        typer.Option(rich_help_panel=POSE, help="auto, openvino, onnxruntime or opencv."),
    ] = None,
    device: Annotated[
        str | None,
        typer.Option(rich_help_panel=POSE, help="auto, cpu, gpu, cuda or cuda:N."),
    ] = None,
    precision: Annotated[
        str | None,
        typer.Option(rich_help_panel=POSE, help="auto, float32, bfloat16 or float16."),
    ] = None,
    models_dir: Annotated[
        Path | None,
        typer.Option(
            rich_help_panel=POSE,
            help="Folder of networks (default: $POSETRAIL_MODELS, else the user's cache).",
        ),
    ] = None,
) -> None:
    """Find everybody in each video, follow them, name what they do; write tables and a video.

    [bold]posetrail run match.mp4 --config tennis[/bold] writes runs/match/ with tracks.csv (every person
    in every frame), people/ (a time series per person), actions.csv, annotated.mp4 and run.json.

    Exit codes: 0 done; 2 wrong option; 3 the video cannot be read; 4 the network is missing or damaged;
    5 wrong configuration; 6 the output exists or cannot be written; 9 done, but part of the input could
    not be processed; 130 interrupted.
    """
    from posetrail.batch import run_all
    from posetrail.config import load_config

    overrides = {
        "tracking.people": people,
        "video.start": start,
        "video.end": end,
        "video.every": every,
        "video.fps": fps,
        "pose.model": pose_model,
        "pose.height": int(height) if height and height.isdecimal() else height,
        "pose.zoom": zoom,
        "pose.engine": engine,
        "pose.device": device,
        "pose.precision": precision,
        "output.video": False if no_video else None,
        "output.draw": tuple(draw.split(",")) if draw is not None else None,
    }
    effective = load_config(config, assignments=assign or (), overrides=overrides)
    outcomes = run_all(
        sources, effective, output, overwrite=overwrite, resume=resume, models_dir=models_dir
    )
    raise typer.Exit(_report(outcomes))


def _report(outcomes: list[Outcome]) -> int:
    """Say which of several sources failed; give the exit code of the whole call."""
    from tracker.errors import EXIT_PARTIAL

    failed = [outcome for outcome in outcomes if outcome.error is not None]
    if len(outcomes) > 1:
        typer.echo(f"\n{len(outcomes) - len(failed)} of {len(outcomes)} sources done.")
        for outcome in failed:
            typer.echo(f"  failed: {outcome.path}")
    incomplete = any(outcome.incomplete for outcome in outcomes)
    return EXIT_PARTIAL if failed or incomplete else 0
