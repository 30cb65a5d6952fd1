"""Several sources in one call: one run's folder each, and one bad source does not stop the others."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path

from posetrail.config import Config
from posetrail.estimation import load_estimation
from posetrail.memory import share_one_heap
from posetrail.opening import size_of
from posetrail.pipeline import process
from posetrail.progress import reporter_for
from posetrail.recognition import chosen_action_model
from posetrail.run_folder import Run, default_folder
from posetrail.stopwatch import Stopwatch
from posetrail.summary import print_failure, print_nothing_done, print_summary
from tracker.errors import EXIT_INTERRUPTED, PosetrailError
from tracker.source_paths import find_sources

logger = logging.getLogger(__name__)

_REPORT_HINT = "Run this source alone with --debug and report what it prints."


@dataclass(frozen=True)
class Outcome:
    """What became of one source.

    Parameters
    ----------
    path : Path
        The source.
    run : Run or None
        Its run's folder where it was processed.
    error : PosetrailError or None
        Why it was not.
    """

    path: Path
    run: Run | None = None
    error: PosetrailError | None = None

    @property
    def incomplete(self) -> bool:
        """Whether part of the source could not be processed."""
        return self.run is not None and not self.run.info["complete"]


def run_all(
    sources: Sequence[str],
    config: Config,
    output: Path | None,
    *,
    overwrite: bool = False,
    resume: bool = False,
    models_dir: Path | None = None,
) -> list[Outcome]:
    """Process every source, with progress and a summary for each.

    Parameters
    ----------
    sources : sequence of str
        Videos, folders, globs.
    config : Config
        The effective configuration, the same for all.
    output : Path or None
        The run's folder for one source, the folder of the runs' folders for several.
    overwrite, resume, models_dir
        As in `posetrail.run`.

    Raises
    ------
    PosetrailError
        If there is no source or the network cannot be loaded: nothing could be processed then.
    """
    share_one_heap()
    paths = find_sources(list(sources))
    # No network is fetched for a bad path.
    size = size_of(paths[0], config.video) if len(paths) == 1 else None
    watch = Stopwatch()
    action_model = chosen_action_model(config.actions)
    with reporter_for("network") as reporter, watch.stage("load"):
        estimation = load_estimation(
            config.pose, models_dir=models_dir, reporter=reporter, size=size
        )
    outcomes = []
    for path, folder in zip(paths, run_folders(paths, output), strict=True):
        finished = resume and Run(folder).json_path.exists()
        try:
            with reporter_for(path.name) as reporter:
                run = process(
                    path,
                    folder,
                    config,
                    estimation,
                    action_model,
                    overwrite=overwrite,
                    resume=resume,
                    reporter=reporter,
                    watch=watch,
                    last=path == paths[-1],
                )
            if finished:
                print_nothing_done(run)
            else:
                print_summary(run)
            outcomes.append(Outcome(path, run))
        except Exception as error:  # noqa: BLE001 - one bad source does not stop the others
            outcomes.append(Outcome(path, error=_failure(path, error, alone=len(paths) == 1)))
        watch = Stopwatch()
    return outcomes


def _failure(path: Path, error: Exception, *, alone: bool) -> PosetrailError:
    """Say why a source failed when it does; what stops the whole call goes on as itself."""
    if alone or (isinstance(error, PosetrailError) and error.exit_code == EXIT_INTERRUPTED):
        raise error
    logger.debug("%s failed", path, exc_info=error)
    reason = (
        error
        if isinstance(error, PosetrailError)
        else PosetrailError(f"Internal error: {error!r}.", hint=_REPORT_HINT)
    )
    print_failure(path, reason)
    return reason


def run_folders(paths: Sequence[Path], output: Path | None) -> list[Path]:
    """Give every source its run's folder; sources of one name get ``-2``, ``-3``, ..."""
    if output is not None and len(paths) == 1:
        return [output]
    folders: list[Path] = []
    for path in paths:
        wanted = default_folder(path) if output is None else default_folder(path, output)
        names = (wanted.with_name(f"{wanted.name}-{n}") for n in count(2))
        folders.append(next(name for name in chain([wanted], names) if name not in folders))
    return folders
