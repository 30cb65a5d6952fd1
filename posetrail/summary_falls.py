"""Each fall by itself: who, when, and how long the person stayed down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from posetrail.run_folder import Run

if TYPE_CHECKING:
    import pandas as pd

#: The label that the shipped model `falls` gives; a model of one's own may give it, too.
FALL = "fall"
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
        to have been down for at least so long.
    """
    table = Table("person", "fell at", "down for", box=None, padding=(0, 2))
    tracks = run.tracks
    columns = (falls[name].tolist() for name in ("track_id", "start_s", "end_s"))
    for person, start_s, end_s in zip(*columns, strict=True):
        last_seen_s = float(tracks.time[tracks.track_id == person].max(initial=0.0))
        still_down = end_s >= last_seen_s - _SAME_MOMENT_S
        lasted = f"{end_s - start_s:.1f} s"
        table.add_row(
            escape(run.names.get(person, str(person))),
            f"{start_s:.1f} s",
            f"at least {lasted}, still down when last seen" if still_down else lasted,
        )
    return table
