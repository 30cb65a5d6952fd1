"""Tracking after the fact: from recorded poses, without a video and without a network."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from classifiers.actions import write_actions_csv
from posetrail.config import Config
from posetrail.provenance import action_model_facts, counts, stage_seconds
from posetrail.recognition import chosen_action_model, name_actions
from posetrail.run_folder import Run, claim_folder, open_run, write_json
from posetrail.run_tables import write_tracks
from posetrail.stopwatch import Stopwatch
from posetrail.version import __version__
from tracker.edits import read_edits
from tracker.poses import PoseTable
from tracker.recordings import read_recording
from tracker.tables import write_poses_parquet
from tracker.tracking import track

#: Repairs that a user wrote down, in the run's folder.
EDITS_NAME = "edits.yaml"
#: What run.json says where the pictures show an earlier tracking.
OLD_VIDEO = "annotated.mp4 still shows the earlier tracks"


def retrack(run: Run, config: Config) -> Run:
    """Track a finished run anew from its poses.parquet, replay its edits and name the actions again.

    Parameters
    ----------
    run : Run
        A finished run; its tables of tracks, people and actions, and run.json, are replaced.
    config : Config
        How to track and which actions to name.

    Raises
    ------
    FormatError
        If poses.parquet or edits.yaml is missing or damaged.
    TrackingError
        If an edit cannot be done; the message names its line.
    """
    info = dict(run.info)
    before = info.get("config", {})
    effective = {**before, **config.model_dump(mode="json", include={"tracking", "actions"})}
    warnings = [warning for warning in info.get("warnings", []) if warning != OLD_VIDEO]
    if run.video_path.exists():
        warnings.append(OLD_VIDEO)
    _write(run, run.poses, config, {**info, "config": effective, "warnings": warnings})
    return open_run(run.folder)


def track_recording(
    path: Path,
    folder: Path,
    config: Config,
    *,
    fps: float | None = None,
    form: str | None = None,
    overwrite: bool = False,
) -> Run:
    """Make a run of recorded poses: OpenPose JSON, COCO results or MOTChallenge detections.

    Parameters
    ----------
    path : Path
        The recording; a run's folder counts, too.
    folder : Path
        The folder of the new run.
    config : Config
        How to track and which actions to name.
    fps : float, optional
        Frames per second, where the recording does not say.
    form : str, optional
        Name of the format, where it cannot be told.
    overwrite : bool
        Replace an earlier run in that folder.

    Raises
    ------
    FormatError
        If the recording is damaged, of no known format, or nothing says its rate.
    OutputError
        If the folder holds a run already or cannot be written.
    """
    table = open_run(path).poses if is_run(path) else read_recording(path, fps=fps, form=form).table
    run = claim_folder(folder, overwrite=overwrite, resume=False)
    write_poses_parquet(run.poses_path, table)
    info: dict[str, Any] = {
        "source": {"path": str(path), "kind": "recording"},
        "config": config.model_dump(mode="json"),
        "network": None,
        "complete": True,
        "warnings": [],
    }
    _write(run, table, config, info)
    return open_run(folder)


def is_run(path: Path) -> bool:
    """Tell whether a path is the folder of a run."""
    return (path / "poses.parquet").is_file()


def _write(run: Run, table: PoseTable, config: Config, info: dict[str, Any]) -> None:
    watch = Stopwatch()
    model = chosen_action_model(config.actions)
    edits_path = run.folder / EDITS_NAME
    edits = read_edits(edits_path) if edits_path.is_file() else []
    with watch.stage("track"):
        tracks = track(table, config.tracking, edits)
    tracks = replace(tracks, provenance={**tracks.provenance, "posetrail": __version__})
    with watch.stage("classify"):
        actions = name_actions(tracks, model, config.actions)
    write_tracks(run, tracks, table)
    write_actions_csv(run.actions_path, actions)
    warnings = [] if len(tracks) else ["nobody was found in the whole video"]
    seconds = watch.elapsed
    info = {
        **info,
        "posetrail": __version__,
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "action_model": action_model_facts(model),
        "counts": {**counts(table, tracks), "actions": len(actions)},
        "timings": {**info.get("timings", {"wall_s": round(seconds, 4)}), **stage_seconds(watch)},
        "frames_per_second": info.get("frames_per_second", round(len(table) / seconds, 3)),
        "edits": [f"{edit.kind} {edit.people}" for edit in edits],
        "warnings": [*info["warnings"], *warnings],
    }
    write_json(run.json_path, info)
