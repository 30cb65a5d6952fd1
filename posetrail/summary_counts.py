"""How often everybody did what, and for how long they were seen: a count is no rate by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from rich.markup import escape
from rich.table import Table

from posetrail.run_folder import Run
from tracker.poses import State

if TYPE_CHECKING:
    import pandas as pd

#: Below so many times, or seconds seen, a rate per minute would say more than is known.
_FEWEST, _SHORTEST_S = 10, 60.0


def counts_table(run: Run, actions: pd.DataFrame) -> Table:
    """Count each person's actions.

    Parameters
    ----------
    run : Run
        A finished run.
    actions : pandas.DataFrame
        Rows of actions.csv.

    Returns
    -------
    rich.table.Table
        Who did what how many times, and for how long the person was seen; times per minute of that
        where it is a minute at least and the action was done ten times.
    """
    table = Table("person", "action", "times", "seen for", "per minute", box=None, padding=(0, 2))
    tracks, counts = run.tracks, run.info["counts"]
    seen = tracks.track_id[tracks.state != State.INTERPOLATED]
    called = {str(person): name for person, name in run.names.items()}
    for (person, label), group in actions.groupby(["track_id", "label"]):
        share = np.count_nonzero(seen == person) / max(counts["frames"], 1)
        seen_s, times = share * counts["seconds"], len(group)
        known = times >= _FEWEST and seen_s >= _SHORTEST_S
        who = escape(called.get(str(person), str(person)))
        rate = f"{60 * times / seen_s:.1f}" if known else ""
        table.add_row(who, str(label), str(times), _duration(seen_s), rate)
    if not any(table.columns[-1].cells):
        table.columns.pop()
    return table


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 2 * _SHORTEST_S else f"{seconds / 60:.1f} min"
