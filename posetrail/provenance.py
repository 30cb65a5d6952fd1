"""What run.json says of a run: counts, times, speed, and where the frames came from."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from classifiers.model import ActionModel
from posetrail.stopwatch import Stopwatch
from tracker.poses import PoseTable
from tracker.sources import SourceInfo
from tracker.tracks import Tracks


def source_facts(info: SourceInfo) -> dict[str, Any]:
    """Give what a source says of itself, as values of JSON; the path is whole, wherever a run moves."""
    return {**asdict(info), "path": str(info.path.absolute())}


def action_model_facts(model: ActionModel | None) -> dict[str, str] | None:
    """Say which action model named the actions; None where none did."""
    if model is None:
        return None
    return {"name": model.card.name, "sha256": model.card.model_sha256}


def counts(table: PoseTable, tracks: Tracks) -> dict[str, Any]:
    """Count what a run found.

    Parameters
    ----------
    table : PoseTable
        Every detection.
    tracks : Tracks
        Everybody.
    """
    return {
        "frames": len(table),
        "seconds": round(_span_s(table), 6),
        "detections": len(table.xy),
        "people": len(tracks.ids),
    }


def stage_seconds(watch: Stopwatch) -> dict[str, float]:
    """Give the seconds of each stage, rounded, under the names they have in run.json."""
    return {f"{name}_s": round(seconds, 4) for name, seconds in watch.stages.items()}


def speed(frames: int, first_frame_s: float | None, wall_s: float) -> float | None:
    """Give the frames per second after the first frame.

    Parameters
    ----------
    frames : int
        Frames whose poses were estimated in this call; a resumed run had others done before.
    first_frame_s : float or None
        When the first of them was done; None where there was none.
    wall_s : float
        When all was done.

    Returns
    -------
    float or None
        None where fewer than two frames were estimated: nothing was measured.
    """
    if first_frame_s is None or frames < 2 or wall_s <= first_frame_s:
        return None
    return round((frames - 1) / (wall_s - first_frame_s), 3)


def _span_s(table: PoseTable) -> float:
    """Seconds that the processed frames cover, the last one shown as long as the others."""
    if not len(table):
        return 0.0
    steps = np.diff(table.time)
    return float(np.ptp(table.time) + (np.median(steps) if len(steps) else 0))
