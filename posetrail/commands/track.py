"""``posetrail track``: IDs after the fact, from a run or from recorded poses."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from posetrail.commands._options import (
    FORMATS,
    PEOPLE,
    RESULT,
    SOURCE,
    Assignments,
    Overwrite,
    People,
    RunsOwnConfigName,
)

if TYPE_CHECKING:
    from posetrail.config import Config
    from posetrail.run_folder import Run


def command(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="RUN|SOURCE",
            help="A run's folder, a folder of OpenPose JSON, a COCO result file, or MOTChallenge text.",
            show_default=False,
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="DIR",
            rich_help_panel=RESULT,
            help="The run's folder (default: a RUN itself; runs/<source> for a SOURCE).",
        ),
    ] = None,
    overwrite: Overwrite = False,
    online: Annotated[
        bool | None,
        typer.Option(
            "--online/--no-online",
            rich_help_panel=PEOPLE,
            help="Only what a live tracker knows: nothing joined over gaps, nothing filled in (default: "
            "as the run was tracked before).",
            show_default=False,
        ),
    ] = None,
    people: People = None,
    roi: Annotated[
        str | None,
        typer.Option(
            metavar="'X,Y X,Y X,Y'",
            rich_help_panel=PEOPLE,
            help="Keep the people who stand inside this polygon, in pixels.",
        ),
    ] = None,
    fps: Annotated[
        float | None,
        typer.Option(
            metavar="RATE",
            rich_help_panel=SOURCE,
            help="Frames per second, where the source does not say.",
        ),
    ] = None,
    form: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="NAME",
            rich_help_panel=SOURCE,
            help=f"Where the source does not tell: {FORMATS}.",
        ),
    ] = None,
    config: RunsOwnConfigName = None,
    assign: Assignments = None,
    review: Annotated[
        bool,
        typer.Option(
            "--review",
            rich_help_panel=RESULT,
            help="List the suspicious moments of a RUN, worst first; changes nothing.",
        ),
    ] = False,
) -> None:
    """Give everybody an ID anew, without running the network; the edits.yaml of a RUN is replayed.

    [bold]posetrail track runs/match --people 2[/bold] replaces the tracks, people and actions of that run.
    What is asked for once is kept when that run is tracked again; the summary says how to take it back.
    [bold]posetrail track OPENPOSE_JSON/ --fps 30 --output runs/match[/bold] makes a run of recorded poses.

    edits.yaml in the run's folder is a list, one repair a line (times in seconds, or 1:02.5):

    - {swap: [1, 2], from: 12.4}

    - {merge: 7, into: 3}

    - {split: 3, at: 20.5} (from then on somebody new, whose ID is one above the highest)

    - {drop: 9}

    - {name: 1, as: Nadal}

    annotated.mp4 stays as it was; [bold]posetrail draw runs/match[/bold] makes it show the new tracks.
    """
    from posetrail.retracking import retrack, track_recording
    from posetrail.run_folder import default_folder, is_run, open_run
    from posetrail.summary import print_summary

    if review:
        _print_review(open_run(source))
        return
    overrides: dict[str, Any] = {
        "tracking.people": people,
        "tracking.roi": _polygon(roi) if roi is not None else None,
        "tracking.online": online,
    }
    if is_run(source):
        _refuse_for_runs({"--fps": fps, "--format": form})
    if is_run(source) and output in (None, source):
        run = open_run(source)
        run = retrack(run, _config(run, config, assign or [], overrides))
    else:
        effective = _config(None, config, assign or [], overrides)
        folder = output or default_folder(source)
        run = track_recording(source, folder, effective, fps=fps, form=form, overwrite=overwrite)
    print_summary(run)


def _config(
    run: Run | None, name: str | None, assign: list[str], overrides: dict[str, Any]
) -> Config:
    """Load the named configuration; for a run without one, start from what it was made with."""
    from posetrail.config import load_config

    before = run.info["config"] if run is not None else {}
    base = {
        group: before[group] for group in ("tracking", "cleaning", "actions") if group in before
    }
    return load_config(name, assignments=assign, overrides=overrides, base=base)


def _refuse_for_runs(given: dict[str, object]) -> None:
    from tracker.errors import UsageError

    for option, value in given.items():
        if value is not None:
            raise UsageError(f"{option} is for recorded poses; a run has its own times.")


def _polygon(text: str) -> list[list[float]]:
    from math import isfinite

    from tracker.errors import UsageError

    try:
        corners = [[float(value) for value in corner.split(",")] for corner in text.split()]
    except ValueError:
        corners = []
    plain = all(len(corner) == 2 and all(map(isfinite, corner)) for corner in corners)
    if len(corners) < 3 or not plain:
        raise UsageError(
            f"--roi expects at least three corners, found {text!r}.",
            hint="For example --roi '0,300 1280,300 1280,720 0,720'.",
        )
    return corners


def _print_review(run: Run) -> None:
    from tracker.review import suspicious_moments

    moments = suspicious_moments(run.tracks, run.poses.time)
    for moment in moments:
        people = " and ".join(map(str, moment.people))
        also = f"; also at {_times(moment.also)}" if moment.also else ""
        typer.echo(f"{moment.time:9.2f} s  {moment.kind:9}  person {people}: {moment.words}{also}")
    typer.echo(f"{len(moments)} suspicious moments")


def _times(times: tuple[float, ...], most: int = 4) -> str:
    """Write the first few times."""
    shown = ", ".join(f"{time:.2f}" for time in times[:most])
    return f"{shown} s" + (f" and {len(times) - most} more" if len(times) > most else "")
