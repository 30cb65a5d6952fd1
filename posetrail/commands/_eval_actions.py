"""``posetrail eval actions``: how well actions were named."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from posetrail.commands._options import JsonFile

if TYPE_CHECKING:
    from posetrail.action_measures import Measured


def command(
    runs: Annotated[
        list[Path],
        typer.Argument(
            metavar="RUN", help="Runs; their actions.csv is judged.", show_default=False
        ),
    ],
    truth: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="LABELS",
            help="A table of labels; may stand several times (default: each run's labels.csv).",
        ),
    ] = None,
    tolerance: Annotated[
        list[float] | None,
        typer.Option(
            min=0.0,
            metavar="SECONDS",
            help="Middles of a true and a found event may be so far apart; may stand several times.",
        ),
    ] = None,
    background: Annotated[
        str, typer.Option(metavar="LABEL", help="What time without a label is called.")
    ] = "idle",
    skip_missing: Annotated[
        bool, typer.Option("--skip-missing", help="Leave out labels of videos that are not given.")
    ] = False,
    json_file: JsonFile = None,
) -> None:
    """Compare the actions of runs with labels, moment by moment and event by event.

    Only people who have labels are judged, over all the time they are there; rows labelled ? are left
    out. A table with a header and no rows says that nothing happened in its run: everybody there is
    judged. The result line's event_f1 (left out where there are no events) and false_alarms (found
    events that are no true ones) are at the second tolerance; trained_on counts the judged people
    whose video the model has learnt from: a figure on those says how well it remembers.
    """
    from posetrail.action_measures import measure_actions
    from posetrail.commands._shown import echo_result

    measured = measure_actions(
        runs,
        truth or [],
        tolerances_s=tolerance or (0.2, 0.5, 1.0),
        nothing=background,
        skip_missing=skip_missing,
    )
    _print(measured)
    echo_result(measured.values(), json_file)


def _print(measured: Measured) -> None:
    typer.echo("moment by moment (frames of the labelled people)")
    typer.echo(measured.comparison.in_time.table())
    for seconds, by_class in measured.comparison.events.items():
        typer.echo(f"events within {seconds:g} s")
        for name, found in {**by_class, "all": measured.comparison.found(seconds)}.items():
            typer.echo(
                f"  {name:20} precision {found.precision:.3f}  recall {found.recall:.3f}  "
                f"F1 {found.f1:.3f}  true {found.true}  found {found.predicted}"
            )
    for note in measured.notes:
        typer.echo(f"note: {note}")
