"""What run.json says of a run: counts, times, speed, and where the frames came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifiers.actions import Action, hands_of
from classifiers.model import ActionModel
from posetrail.run_tables import Story
from posetrail.stopwatch import Stopwatch
from posetrail.version import __version__
from tracker.edits import Edit
from tracker.poses import Detections
from tracker.sources import SourceInfo


def source_facts(info: SourceInfo) -> dict[str, Any]:
    """Give what a source says of itself, as values of JSON; the path is whole, wherever a run moves."""
    return {**asdict(info), "path": str(info.path.absolute())}


def action_model_facts(model: ActionModel | None) -> dict[str, str] | None:
    """Say which action model named the actions; None where none did."""
    if model is None:
        return None
    return {"name": model.card.name, "sha256": model.card.model_sha256}


def hand_facts(actions: Sequence[Action]) -> dict[str, dict[str, str]]:
    """Say which hand those who did something were taken to use, by their ID."""
    return {"hands": {str(person): hand for person, hand in sorted(hands_of(actions).items())}}


def story_facts(
    poses: Detections, story: Story, model: ActionModel | None, edits: Sequence[Edit] = ()
) -> dict[str, Any]:
    """Say what a run's tables hold and by which program they were made: keys of run.json.

    Parameters
    ----------
    poses : Detections
        Every detection.
    story : Story
        What the tables tell.
    model : ActionModel or None
        Named the actions.
    edits : sequence of Edit
        The repairs that were replayed.
    """
    return {
        "posetrail": __version__,
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "action_model": action_model_facts(model),
        **hand_facts(story.actions),
        "counts": {
            "frames": len(poses.frame),
            "seconds": round(_span_s(poses.time), 6),
            "detections": int(poses.count.sum()),
            "people": len(story.tracks.ids),
            "actions": len(story.actions),
        },
        "names": {str(person): name for person, name in story.tracks.names.items()},
        "edits": [str(edit) for edit in edits],
        "edits_done": list(story.tracks.provenance.get("edits_done", [])),
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


def _span_s(time: NDArray[np.float64]) -> float:
    """Seconds that the processed frames cover, the last one shown as long as the others."""
    if not len(time):
        return 0.0
    steps = np.diff(time)
    return float(np.ptp(time) + (np.median(steps) if len(steps) else 0))
