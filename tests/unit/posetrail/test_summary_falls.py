from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console

from classifiers.recordings import one_person
from posetrail.run_folder import Run
from posetrail.summary_falls import falls_table
from tracker.skeleton import COCO17


def test_each_fall_says_when_and_how_long(tmp_path: Path) -> None:
    run = Run(tmp_path)
    run.__dict__["tracks"] = one_person(COCO17, np.zeros((300, 17, 2), np.float32), 30.0)
    run.__dict__["info"] = {"names": {}}
    falls = pd.DataFrame(
        {"track_id": [1, 1], "start_s": [1.0, 6.0], "end_s": [3.5, 299 / 30], "label": "fall"}
    )
    stream = io.StringIO()
    Console(file=stream, width=120).print(falls_table(run, falls))
    first, second = stream.getvalue().splitlines()[1:]
    assert first.split() == ["1", "1.0", "s", "2.5", "s"]
    assert "6.0 s" in second
    assert "at least 4.0 s, still down when last seen" in second
