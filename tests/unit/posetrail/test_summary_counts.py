"""How often everybody did what, beside how long they were seen."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from posetrail.run_folder import Run
from posetrail.summary_counts import counts_table
from tracker.poses import State
from tracker.skeleton import COCO17
from tracker.tables import write_tracks_parquet
from tracker.tracks import Tracks


def printed(folder: Path, seconds: int, seen: int, times: int) -> str:
    """One frame a second; the person is seen in some frames and filled in in the others."""
    frame = np.arange(seconds)
    xy = np.ones((seconds, len(COCO17), 2), np.float32)
    state = np.where(frame < seen, State.OBSERVED, State.INTERPOLATED).astype(np.uint8)
    one = np.ones(seconds, np.int64)
    tracks = Tracks(COCO17, frame, frame.astype(float), one, xy, xy[..., 0], state)
    write_tracks_parquet(Run(folder).tracks_path, tracks)
    counts = {"frames": seconds, "seconds": float(seconds)}
    info = {"source": {}, "config": {}, "counts": counts, "complete": True}
    Run(folder).json_path.write_text(json.dumps(info))
    actions = pd.DataFrame({"track_id": [1] * times, "label": ["serve"] * times})
    out = io.StringIO()
    Console(file=out, width=200).print(counts_table(Run(folder), actions))
    return out.getvalue()


@pytest.mark.parametrize(
    ("seconds", "seen", "times", "row"),
    [
        (20, 20, 4, "1 serve 4 20 s"),
        (20, 20, 12, "1 serve 12 20 s"),
        (400, 300, 9, "1 serve 9 5.0 min"),
        (400, 300, 12, "1 serve 12 5.0 min 2.4"),
    ],
)
def test_a_rate_is_said_only_where_enough_was_seen(
    seconds: int, seen: int, times: int, row: str, tmp_path: Path
) -> None:
    head, line = printed(tmp_path, seconds, seen, times).splitlines()
    assert " ".join(line.split()) == row
    assert ("per minute" in head) == row.endswith("2.4")
