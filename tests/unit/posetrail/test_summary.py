"""What a run prints when it is done."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from posetrail.run_folder import Run
from posetrail.summary import print_summary


def printed(folder: Path, **facts: Any) -> str:
    info = {
        "source": {"path": "a.mp4"},
        "config": {"actions": {"model": None}},
        "counts": {"people": 1, "frames": 90, "seconds": 3.0},
        "timings": {"wall_s": 6.0},
        "frames_per_second": 15.0,
        "complete": True,
        "warnings": [],
        **facts,
    }
    (folder / "run.json").write_text(json.dumps(info))
    out = io.StringIO()
    print_summary(Run(folder), Console(file=out, width=300))
    return out.getvalue()


@pytest.mark.parametrize(
    ("looks", "said"),
    [
        ({"step": 3, "zoomed_frames": 0, "flow_frames": 58}, True),
        ({"step": 1, "zoomed_frames": 4, "flow_frames": 0}, False),
        ({}, False),
    ],
)
def test_frames_that_the_network_did_not_look_at_are_said(
    looks: dict[str, int], said: bool, tmp_path: Path
) -> None:
    text = printed(tmp_path, looks=looks)
    assert ("the network looked at 32 of 90 frames" in text) == said
    assert ("optical flow" in text) == said
