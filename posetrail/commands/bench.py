"""``posetrail bench``: how fast this machine is, stage by stage, and what to expect of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from posetrail.commands._options import (
    Assignments,
    ConfigName,
    Device,
    EngineName,
    Height,
    JsonFile,
    ModelsDir,
    PoseModel,
    Precision,
    Skip,
    Zoom,
)

if TYPE_CHECKING:
    from rich.table import Table

    from posetrail.bench.report import Bench


def command(
    video: Annotated[
        Path | None,
        typer.Argument(
            metavar="VIDEO",
            help="A video like those you have; without one a rally is drawn, 1280 x 720.",
            show_default=False,
        ),
    ] = None,
    config: ConfigName = None,
    assign: Assignments = None,
    pose_model: PoseModel = None,
    height: Height = None,
    zoom: Zoom = None,
    skip: Skip = None,
    engine: EngineName = None,
    device: Device = None,
    precision: Precision = None,
    models_dir: ModelsDir = None,
    seconds: Annotated[
        float,
        typer.Option(min=0.1, max=600, help="How long a whole run takes; longer is more exact."),
    ] = 5.0,
    json_file: JsonFile = None,
) -> None:
    """Measure how fast posetrail is on this machine: about a minute.

    [bold]posetrail bench[/bold] draws a clip and processes it; [bold]posetrail bench match.mp4[/bold]
    takes your own camera, size and people. What is run is set as for [bold]posetrail run[/bold]. You see
    what one frame costs in each stage, the network in every engine there is, and how long an
    hour of such a video takes.

    What to do with it: where "ratio" is near 1 the network decides, and --skip or a smaller
    --height is faster and finds a little less. Where it is far below 1, something else does: look
    at the stages, at --zoom and at the annotated video. Other work on the machine shows as a
    wide range in brackets.
    """
    from posetrail.bench.report import measure
    from posetrail.commands._shown import console
    from posetrail.config import load_config
    from posetrail.json_files import write_json
    from posetrail.progress import reporter_for

    overrides = {
        "pose.model": pose_model,
        "pose.height": int(height) if height and height.isdecimal() else height,
        "pose.zoom": zoom,
        "pose.skip": int(skip) if skip and skip.isdecimal() else skip,
        "pose.engine": engine,
        "pose.device": device,
        "pose.precision": precision,
    }
    effective = load_config(config, assignments=assign or (), overrides=overrides)
    with reporter_for("bench") as reporter:
        bench = measure(video, effective, reporter, models_dir=models_dir, seconds=seconds)
    shown = console()
    for table in (_networks(bench), _stages(bench), _whole(bench)):
        shown.print(table)
    shown.print(_expectation(bench), soft_wrap=True)
    typer.echo("result " + " ".join(f"{name} {value}" for name, value in bench.figures.items()))
    if json_file is not None:
        write_json(json_file, bench.as_json())


def _table(title: str, *columns: str) -> Table:
    from rich import box
    from rich.table import Table

    return Table(*columns, title=title, title_justify="left", box=box.SIMPLE)


def _networks(bench: Bench) -> Table:
    title = f"The network alone: {bench.facts['network']}"
    table = _table(title, "engine", "set up", "precision", "frames/s")
    for rate in bench.networks:
        speed = rate.frames_per_second
        shown = "cannot run it" if speed is None else f"{speed:.1f}"
        table.add_row(rate.engine, rate.how, rate.precision, shown)
    return table


def _stages(bench: Bench) -> Table:
    from posetrail.bench.statistics import digits

    size = f"{bench.source.width} x {bench.source.height}"
    table = _table(f"One frame of {size} in each stage, alone", "stage", "ms a frame", "range")
    for name, spread in bench.stages.items():
        table.add_row(name, digits(spread.median), f"{digits(spread.low)} to {digits(spread.high)}")
    return table


def _whole(bench: Bench) -> Table:
    from posetrail.bench.statistics import Spread

    titles = {
        "network": "network alone",
        "tables": "whole run to tables (--no-video)",
        "video": "with annotated.mp4",
    }
    table = _table("The whole, measured in turn", "what", "frames/s")
    for name, values in bench.whole.rates.items():
        table.add_row(titles[name], str(Spread.of(values)))
    table.add_row("ratio of tables to network", str(bench.whole.ratio))
    return table


def _expectation(bench: Bench) -> str:
    tables, video = (_duration(bench.minutes_per_hour(kind)) for kind in ("tables", "video"))
    source = bench.source
    return (
        f"What to expect: an hour of {source.width} x {source.height} video at {source.rate:.4g} "
        f"frames/s takes about {tables} (--no-video), {video} with annotated.mp4."
    )


def _duration(minutes: float) -> str:
    if minutes < 90:
        return f"{max(minutes, 1):.0f} min"
    return f"{minutes / 60:.1f} hours"
