"""Tracking after the fact: from recorded poses, without a video and without a network."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from posetrail.config import Config
from posetrail.edited_actions import ACTIONS_SHA256, KEPT, keep_edited_actions
from posetrail.json_files import write_json
from posetrail.origins import source_of
from posetrail.progress import Silent
from posetrail.provenance import stage_seconds, story_facts
from posetrail.recognition import chosen_action_model
from posetrail.run_folder import OLD_VIDEO, Run, claim_folder, is_run, open_run
from posetrail.run_lock import held
from posetrail.run_tables import MOSTLY_FILLED, NOBODY, UNFOLLOWED, make_story, write_story
from posetrail.stopwatch import Stopwatch
from posetrail.version import __version__
from tracker.edits import Edit, read_edits
from tracker.files import file_sha256
from tracker.recordings import read_recording
from tracker.tables import open_poses_parquet, write_poses_parquet

#: Repairs that a user wrote down, in the run's folder.
EDITS_NAME = "edits.yaml"
#: What run.json says while the tables are replaced, and after an interruption of that.
MIXED = (
    "tracking anew was interrupted: some tables are earlier ones; posetrail track makes them anew"
)
#: Key of run.json, there for as long as the tables are not whole: whether the run was complete.
WAS_COMPLETE = "was_complete"
#: Warnings that hold until people are tracked again.
_OUTDATED = (OLD_VIDEO, NOBODY, UNFOLLOWED, MIXED)


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
    with held(run.folder):
        info = dict(open_run(run.folder).info)  # as it is now: another process may just have ended
        tracking = config.model_dump(mode="json", include={"tracking", "cleaning", "actions"})
        info["config"] = {**info.get("config", {}), **tracking}
        info["complete"] = info.pop(WAS_COMPLETE, info["complete"])
        info["warnings"] = [
            warning
            for warning in info.get("warnings", [])
            if warning not in _OUTDATED and not warning.startswith((KEPT, MOSTLY_FILLED))
        ]
        if run.video_path.exists():
            info["warnings"].append(OLD_VIDEO)
        _track(run, config, info)
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
    source = {"path": str(path.absolute()), "kind": "recording"}
    if is_run(path):
        source["of"] = source_of(open_run(path))
    table = open_run(path).poses if is_run(path) else read_recording(path, fps=fps, form=form).table
    info: dict[str, Any] = {
        "source": source,
        "config": config.model_dump(mode="json"),
        "network": None,
        "complete": True,
        "warnings": [],
    }
    _edits_in(folder)  # before an earlier run is removed
    with held(folder):
        run = claim_folder(folder, overwrite=overwrite, resume=False)
        write_poses_parquet(run.poses_path, table, {"source": str(path)})
        del table  # all of it is in its file
        _track(run, config, info)
    return open_run(folder)


def _track(run: Run, config: Config, info: Mapping[str, Any]) -> None:
    """Make the tables of a run from its poses.parquet, then its run.json."""
    watch = Stopwatch()
    model = chosen_action_model(config.actions)
    edits = _edits_in(run.folder)
    poses = open_poses_parquet(run.poses_path)
    origin = {**poses.file.provenance, "posetrail": __version__}
    story = make_story(
        poses, config, model, origin=origin, watch=watch, reporter=Silent(), edits=edits
    )
    if run.json_path.exists():
        write_json(run.json_path, _unfinished(info))
    kept = keep_edited_actions(run, info.get(ACTIONS_SHA256))
    write_story(run, story, poses, config, watch)
    seconds = round(watch.elapsed, 4)
    timings = {"wall_s": seconds, **info.get("timings", {}), **stage_seconds(watch)}
    facts = {
        **info,
        **story_facts(poses, story, model, edits),
        ACTIONS_SHA256: file_sha256(run.actions_path),
        "timings": {**timings, "track_again_s": seconds},
        "frames_per_second": info.get("frames_per_second"),
        "warnings": [*info["warnings"], *kept, *story.warnings],
    }
    write_json(run.json_path, facts)


def _edits_in(folder: Path) -> list[Edit]:
    path = folder / EDITS_NAME
    return read_edits(path) if path.is_file() else []


def _unfinished(info: Mapping[str, Any]) -> dict[str, Any]:
    """Say in run.json that its tables are being replaced: an interruption leaves no silent mixture."""
    mark = {WAS_COMPLETE: info["complete"], "complete": False}
    return {**info, **mark, "warnings": [*info["warnings"], MIXED]}
