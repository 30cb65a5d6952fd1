"""Each fall by itself: who, when, and how long the person stayed down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from classifiers.continuation import known_as, last_seen
from posetrail.config import ActionSettings
from posetrail.run_folder import Run

if TYPE_CHECKING:
    import pandas as pd

_SAME_MOMENT_S = 0.05


def falls_table(run: Run, falls: pd.DataFrame) -> Table:
    """List falls, one row each.

    Parameters
    ----------
    run : Run
        A finished run.
    falls : pandas.DataFrame
        Rows of actions.csv.

    Returns
    -------
    rich.table.Table
        Who, when it began, and how long the person stayed down; who is down when last seen is said
        to have been down for at least so long. Who was lost while falling and found on the floor
        stands with both IDs.
    """
    table = Table("person", "fell at", "down for", box=None, padding=(0, 2))
    tracks = run.tracks
    continuation = ActionSettings.model_validate(run.info["config"]["actions"]).falls.continuation
    columns = (falls[name].tolist() for name in ("track_id", "start_s", "end_s"))
    for person, start_s, end_s in zip(*columns, strict=True):
        known = known_as(tracks, person, end_s, continuation)
        still_down = end_s >= last_seen(tracks, known[-1]) - _SAME_MOMENT_S
        lasted = f"{end_s - start_s:.1f} s"
        table.add_row(
            escape(", then ".join(run.names.get(each, str(each)) for each in known)),
            f"{start_s:.1f} s",
            f"at least {lasted}, still down when last seen" if still_down else lasted,
        )
    return table
