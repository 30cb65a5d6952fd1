"""The main job in one straight line: video, poses, tracks, actions, what people look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from classifiers.actions import Action, write_actions_csv
from classifiers.model import ActionModel
from posetrail.checkpoint import Checkpoint
from posetrail.config import Config, VideoSettings, load_config
from posetrail.estimation import Estimation, load_estimation
from posetrail.looking import Looker, PosedFrame
from posetrail.progress import Reporter, Silent, expected_frames
from posetrail.provenance import (
    action_model_facts,
    counts,
    source_facts,
    speed,
    stage_seconds,
)
from posetrail.recognition import chosen_action_model, name_actions
from posetrail.run_folder import (
    Run,
    check_same_run,
    claim_folder,
    default_folder,
    write_json,
)
from posetrail.run_tables import write_tracks
from posetrail.stopwatch import Stopwatch
from posetrail.version import __version__
from tracker.errors import UsageError, VideoError
from tracker.poses import PoseTable
from tracker.sources import Source
from tracker.tables import write_poses_parquet
from tracker.tracking import track
from tracker.tracks import Tracks
from tracker.video import open_source


@dataclass
class _Job:
    """One video on its way through the line."""

    config: Config
    run: Run
    reporter: Reporter
    model: ActionModel | None
    watch: Stopwatch
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    first_frame_s: float | None = None
    zoomed: int = 0
    """Frames of which a part or the whole was looked at enlarged."""
    frames_before: int = 0
    """Frames that an interrupted run had done already."""
    origin: dict[str, Any] = field(default_factory=dict)
    """What the tables say of where they come from."""


def run(
    source: str | Path,
    *,
    config: Config | str | Path | None = None,
    output: str | Path | None = None,
    overwrite: bool = False,
    resume: bool = False,
    models_dir: str | Path | None = None,
    settings: Mapping[str, Any] | None = None,
    reporter: Reporter | None = None,
) -> Run:
    """Find everybody in a video, follow them, name what they do, and write it all to a folder.

    Parameters
    ----------
    source : str or Path
        A video, a folder of images or a glob of images.
    config : Config, str or Path, optional
        A configuration, the name of a shipped one (``tennis``) or the path of a YAML file.
    output : str or Path, optional
        The run's folder; by default ``runs/<stem of the source>``.
    overwrite : bool
        Replace an earlier run in that folder.
    resume : bool
        Go on with an interrupted run; a finished one is left as it is.
    models_dir : str or Path, optional
        Folder of networks; by default ``POSETRAIL_MODELS``, else the user's cache.
    settings : mapping, optional
        Dotted keys of the configuration to values, as in ``{"pose.height": 256}``; not with a Config.
    reporter : Reporter, optional
        Is told how far the work is.

    Returns
    -------
    Run
        The folder, with its tables.

    Raises
    ------
    PosetrailError
        Of the kind that fits: VideoError, ModelError, ConfigError, OutputError.

    Examples
    --------
    >>> import posetrail
    >>> result = posetrail.run("match.mp4", config="tennis")  # doctest: +SKIP
    >>> result.tracks_table.groupby("track_id").time_s.agg(["min", "max"])  # doctest: +SKIP
    """
    if isinstance(config, Config) and settings:
        raise UsageError(
            "settings change a configuration that is named, not a Config that is made already.",
            hint="Give them to load_config(overrides=...).",
        )
    chosen = config if isinstance(config, Config) else load_config(config, overrides=settings)
    folder = Path(output) if output is not None else default_folder(Path(source))
    models = Path(models_dir) if models_dir is not None else None
    open_chosen(Path(source), chosen.video).close()  # no network is fetched for a bad path
    watch = Stopwatch()
    action_model = chosen_action_model(chosen.actions)
    with watch.stage("load"):
        estimation = load_estimation(chosen.pose, models_dir=models, reporter=reporter)
    return process(
        Path(source),
        folder,
        chosen,
        estimation,
        action_model,
        overwrite=overwrite,
        resume=resume,
        reporter=reporter,
        watch=watch,
    )


def process(
    path: Path,
    folder: Path,
    config: Config,
    estimation: Estimation,
    action_model: ActionModel | None = None,
    *,
    overwrite: bool = False,
    resume: bool = False,
    reporter: Reporter | None = None,
    watch: Stopwatch | None = None,
) -> Run:
    """Do the main job on one source with models that are loaded already.

    Parameters
    ----------
    path : Path
        A video, a folder of images or a glob of images.
    folder : Path
        The run's folder.
    config : Config
        The effective configuration.
    estimation : Estimation
        The estimator; one serves several videos.
    action_model : ActionModel, optional
        Names the actions; none are named where it is left out.
    overwrite, resume, reporter
        As in `run`.
    watch : Stopwatch, optional
        Runs already, where the time of loading the models counts, too.

    Raises
    ------
    VideoError
        If the source cannot be read or has no frames between start and end.
    OutputError
        If the folder holds a run already (with ``resume``: one made with other options), holds the
        source itself, or cannot be written.
    """
    job = _Job(config, Run(folder), reporter or Silent(), action_model, watch or Stopwatch())
    with open_chosen(path, config.video) as source:
        job.run = claim_folder(folder, path, overwrite=overwrite, resume=resume)
        if job.run.json_path.exists():
            check_same_run(job.run, path, config)
            return job.run
        job.origin = {"posetrail": __version__, "source": str(path), **estimation.facts}
        checkpoint = Checkpoint(job.run.checkpoint_path, _plan(path, config, estimation))
        table = _estimate(job, source, estimation, checkpoint)
        tracks = _follow(job, table)
        found = counts(table, tracks)
        del table  # the largest thing in memory, and all of it is in poses.parquet
        actions = _name(job, tracks)
        if config.output.video:
            _annotate(job, source, tracks, actions)
        _finish(
            job, source, estimation, {**found, "zoomed_frames": job.zoomed, "actions": len(actions)}
        )
    checkpoint.remove()
    return job.run


def open_chosen(path: Path, video: VideoSettings) -> Source:
    """Open a source with the frames that the configuration chooses."""
    return open_source(path, fps=video.fps, start=video.start, end=video.end, every=video.every)


def _plan(path: Path, config: Config, estimation: Estimation) -> dict[str, Any]:
    """Everything that decides the poses: an interrupted run goes on only where it is the same."""
    file = path.stat() if path.exists() else None
    return {
        "version": __version__,
        "source": str(path.resolve()),
        "size": file.st_size if file else None,
        "modified": file.st_mtime_ns if file else None,
        "video": config.video.model_dump(mode="json"),
        "pose": config.pose.model_dump(mode="json"),
        "network": estimation.facts,
    }


def _estimate(
    job: _Job, source: Source, estimation: Estimation, checkpoint: Checkpoint
) -> PoseTable:
    job.frames_before = checkpoint.frames_done
    job.reporter.stage("poses", expected_frames(source), job.frames_before)
    frames = job.watch.drawing("decode", source.frames(first=checkpoint.next_frame))
    looker = Looker(estimation, job.config.pose, (source.info.width, source.info.height))
    posed = looker.look(frames, checkpoint.rows())
    table = checkpoint.store(estimation.estimator.skeleton, _counted(job, posed))
    if not len(table):
        raise VideoError(f"No frame of {source.info.path} could be decoded.")
    for stage, seconds in estimation.estimator.timings.items():
        job.watch.stages[stage] += seconds
    with job.watch.stage("write"):
        write_poses_parquet(job.run.poses_path, table, job.origin)
    job.zoomed = looker.zoomed
    job.problems += source.problems
    job.warnings += [*source.problems, *source.warnings]
    return table


def _counted(job: _Job, posed: Iterable[PosedFrame]) -> Iterator[PosedFrame]:
    for row in posed:
        if job.first_frame_s is None:
            job.first_frame_s = job.watch.elapsed
        job.reporter.advance()
        yield row


def _follow(job: _Job, table: PoseTable) -> Tracks:
    job.reporter.stage("tracks", None)
    with job.watch.stage("track"):
        tracks = track(table, job.config.tracking)
        tracks = replace(tracks, provenance={**tracks.provenance, **job.origin})
    if not len(tracks):
        job.warnings.append("nobody was found in the whole video")
    with job.watch.stage("write"):
        write_tracks(job.run, tracks, table)
    return tracks


def _name(job: _Job, tracks: Tracks) -> list[Action]:
    job.reporter.stage("actions", None)
    with job.watch.stage("classify"):
        actions = name_actions(tracks, job.model, job.config.actions)
    with job.watch.stage("write"):
        write_actions_csv(job.run.actions_path, actions)
    return actions


def _annotate(job: _Job, source: Source, tracks: Tracks, actions: list[Action]) -> None:
    from posetrail.annotation import annotate

    job.reporter.stage("video", expected_frames(source))
    with job.watch.stage("video"):
        job.warnings += annotate(
            job.run.video_path, source, tracks, actions, job.config.output.draw, job.reporter
        )


def _finish(job: _Job, source: Source, estimation: Estimation, found: Mapping[str, Any]) -> None:
    wall, first = job.watch.elapsed, job.first_frame_s
    write_json(
        job.run.json_path,
        {
            "posetrail": __version__,
            "finished": datetime.now(UTC).isoformat(timespec="seconds"),
            "source": source_facts(source.info),
            "config": job.config.model_dump(mode="json"),
            "network": estimation.facts,
            "action_model": action_model_facts(job.model),
            "counts": found,
            "timings": {
                "first_frame_s": None if first is None else round(first, 4),
                "wall_s": round(wall, 4),
                **stage_seconds(job.watch),
            },
            "frames_per_second": speed(found["frames"] - job.frames_before, first, wall),
            "complete": not job.problems,
            "warnings": job.warnings,
        },
    )
