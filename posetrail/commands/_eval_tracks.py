"""``posetrail eval tracks``: how well IDs hold."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from posetrail.commands._options import JsonFile

if TYPE_CHECKING:
    from posetrail.run_folder import Run
    from tracker.tracks import Tracks


def command(
    runs: Annotated[
        list[Path],
        typer.Argument(
            metavar="RUN",
            help="Runs; each belongs to the sequence that its folder is named after.",
            show_default=False,
        ),
    ],
    truth: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="MOTChallenge sequences, <sequence>/gt.txt or <sequence>/gt/gt.txt.",
        ),
    ] = None,
    json_file: JsonFile = None,
) -> None:
    """Measure tracks: HOTA, MOTA, IDF1 and ID switches against ground truth, by TrackEval.

    Without --truth: what can be told without it, namely fragments per minute, births away from the
    border, and the share of each life in which the person is missing.
    """
    from posetrail.run_folder import open_run
    from tracker.errors import UsageError

    opened = {folder.resolve().name: open_run(folder) for folder in runs}
    if len(opened) < len(runs):
        raise UsageError("Two runs have the same folder name; each sequence is measured once.")
    figures = _against(opened, truth) if truth is not None else _label_free(opened)
    line = " ".join(f"{name} {_text(value)}" for name, value in figures.items())
    typer.echo(f"result {line}")
    if json_file is not None:
        from posetrail.json_files import write_json

        write_json(json_file, figures)


def _against(runs: dict[str, Run], truth: Path) -> dict[str, Any]:
    from posetrail.track_measures import measure_tracks

    each, combined = measure_tracks(_tracks(runs), truth)
    for sequence, measures in each.items():
        words = " ".join(f"{name} {_text(value)}" for name, value in measures.named().items())
        typer.echo(f"{sequence:20} {words}")
    return combined.named()


def _label_free(runs: dict[str, Run]) -> dict[str, Any]:
    from tracker.review import TrackQuality, track_quality

    each: list[TrackQuality] = []
    for name, run in runs.items():
        each.append(track_quality(run.tracks, run.poses.time))
        words = " ".join(f"{key} {_text(value)}" for key, value in each[-1].named().items())
        typer.echo(f"{name:20} {words}")
    return TrackQuality.together(each).named()


def _tracks(runs: dict[str, Run]) -> dict[str, Tracks]:
    return {sequence: run.tracks for sequence, run in runs.items()}


def _text(value: float | int) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value)
