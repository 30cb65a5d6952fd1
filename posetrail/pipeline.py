"""The main job in one straight line: video, poses, tracks, actions, what people look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from classifiers.model import ActionModel
from posetrail.annotation import draw
from posetrail.checkpoint import Checkpoint
from posetrail.config import Config, load_config
from posetrail.edited_actions import ACTIONS_SHA256
from posetrail.estimation import Estimation, load_estimation
from posetrail.json_files import write_json
from posetrail.looking import Looker, PosedFrame
from posetrail.memory import give_back
from posetrail.opening import open_chosen, size_of
from posetrail.progress import Reporter, Silent, expected_frames
from posetrail.provenance import action_model_facts, source_facts, speed, stage_seconds, story_facts
from posetrail.recognition import chosen_action_model
from posetrail.run_folder import Run, claim_folder, default_folder
from posetrail.run_lock import held
from posetrail.run_tables import make_story, write_story
from posetrail.same_run import check_same_run, file_facts
from posetrail.stopwatch import Stopwatch
from posetrail.version import __version__
from tracker.errors import UsageError, VideoError
from tracker.files import file_sha256
from tracker.sources import Source
from tracker.tables import StoredPoses, open_poses_parquet, write_pose_blocks

#: Behind a video of so many frames the network's memory is given back: there the tables are long, and
#: making the network ready again for a next video takes a second.
_LONG_FRAMES = 1500


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
    looks: dict[str, int] = field(default_factory=dict)
    """How many frames were zoomed and carried."""
    frames_before: int = 0
    """Frames that an interrupted run had done already."""
    file: dict[str, int | None] = field(default_factory=dict)
    """State of the source before it was read."""
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
    size = size_of(Path(source), chosen.video)  # no network is fetched for a bad path
    watch = Stopwatch()
    action_model = chosen_action_model(chosen.actions)
    with watch.stage("load"):
        estimation = load_estimation(chosen.pose, models_dir=models, reporter=reporter, size=size)
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
        last=True,
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
    last: bool = False,
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
    last : bool
        No other source follows: the network's memory is given back before the tables and pictures.

    Raises
    ------
    VideoError
        If the source cannot be read or has no frames between start and end.
    OutputError
        If the folder holds a run already (with ``resume``: one made with other options), holds the
        source itself, or cannot be written.
    """
    job = _Job(config, Run(folder), reporter or Silent(), action_model, watch or Stopwatch())
    with open_chosen(path, config.video) as source, held(folder):
        job.run = claim_folder(folder, path, overwrite=overwrite, resume=resume)
        if job.run.json_path.exists():
            model = action_model_facts(action_model)
            check_same_run(job.run, path, config, estimation.facts, model)
            return job.run
        job.file = file_facts(path)
        job.origin = {"posetrail": __version__, "source": str(path), **estimation.facts}
        checkpoint = Checkpoint(job.run.checkpoint_path, _plan(path, config, estimation))
        _estimate(job, source, estimation, checkpoint)
        if last or checkpoint.frames_done >= _LONG_FRAMES:
            estimation.estimator.release()
            give_back()
        poses = _stored(job, estimation, checkpoint)
        story = make_story(
            poses,
            config,
            action_model,
            origin=job.origin,
            watch=job.watch,
            reporter=job.reporter,
        )
        write_story(job.run, story, poses, config, job.watch)
        job.warnings += story.warnings
        if config.output.video:
            with job.watch.stage("video"):
                job.warnings += draw(job.run, source, story, config.output.draw, job.reporter)
        _finish(job, source, estimation, story_facts(poses, story, action_model))
        checkpoint.remove()
    return job.run


def _plan(path: Path, config: Config, estimation: Estimation) -> dict[str, Any]:
    """Everything that decides the poses: an interrupted run goes on only where it is the same."""
    return {
        "version": __version__,
        "source": str(path.resolve()),
        **file_facts(path),
        "video": config.video.model_dump(mode="json"),
        "pose": config.pose.model_dump(mode="json"),
        "network": estimation.facts,
    }


def _estimate(job: _Job, source: Source, estimation: Estimation, checkpoint: Checkpoint) -> None:
    skeleton = estimation.estimator.skeleton
    job.frames_before = checkpoint.frames_done
    job.reporter.stage("poses", expected_frames(source), job.frames_before)
    rate = source.info.rate / source.selection.every
    size = (source.info.width, source.info.height)
    looker = Looker(estimation, job.config.pose, size, rate)
    before = dict(estimation.estimator.timings)  # of the videos that it served before
    first = checkpoint.next_frame(looker.again(checkpoint.times))
    frames = job.watch.drawing("decode", source.frames(first=first))
    checkpoint.store(skeleton, _counted(job, looker.look(frames, checkpoint.rows())))
    if not checkpoint.frames_done:
        raise VideoError(f"No frame of {source.info.path} could be decoded.")
    for stage, seconds in {**estimation.estimator.timings, **looker.timings}.items():
        job.watch.stages[stage] += seconds - before.get(stage, 0.0)
    job.looks = looker.facts
    job.problems += source.problems
    job.warnings += [*source.problems, *source.warnings]


def _stored(job: _Job, estimation: Estimation, checkpoint: Checkpoint) -> StoredPoses:
    skeleton = estimation.estimator.skeleton
    with job.watch.stage("write"):
        write_pose_blocks(job.run.poses_path, skeleton, checkpoint.blocks(), job.origin)
    return open_poses_parquet(job.run.poses_path)


def _counted(job: _Job, posed: Iterable[PosedFrame]) -> Iterator[PosedFrame]:
    for row in posed:
        if job.first_frame_s is None:
            job.first_frame_s = job.watch.elapsed
        job.reporter.advance()
        yield row


def _finish(job: _Job, source: Source, estimation: Estimation, facts: Mapping[str, Any]) -> None:
    wall, first = job.watch.elapsed, job.first_frame_s
    frames = facts["counts"]["frames"] - job.frames_before
    write_json(
        job.run.json_path,
        {
            "source": source_facts(source.info) | job.file,
            "config": job.config.model_dump(mode="json"),
            "network": estimation.facts,
            **facts,
            ACTIONS_SHA256: file_sha256(job.run.actions_path),
            "looks": job.looks,
            "timings": {
                "first_frame_s": None if first is None else round(first, 4),
                "wall_s": round(wall, 4),
                **stage_seconds(job.watch),
            },
            "frames_per_second": speed(frames, first, wall),
            "complete": not job.problems,
            "warnings": job.warnings,
        },
    )
