"""Several sources in one call: one run's folder each, and one bad source does not stop the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path

from posetrail.config import Config
from posetrail.estimation import load_estimation
from posetrail.pipeline import open_chosen, process
from posetrail.progress import reporter_for
from posetrail.run_folder import Run, default_folder
from posetrail.summary import print_summary
from tracker.errors import EXIT_INTERRUPTED, PosetrailError
from tracker.source_paths import find_sources


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
    paths = find_sources(list(sources))
    if len(paths) == 1:
        open_chosen(paths[0], config.video).close()  # no network is fetched for a bad path
    with reporter_for("network") as reporter:
        estimation = load_estimation(config.pose, models_dir=models_dir, reporter=reporter)
    outcomes = []
    for path, folder in zip(paths, run_folders(paths, output), strict=True):
        try:
            with reporter_for(path.name) as reporter:
                run = process(
                    path,
                    folder,
                    config,
                    estimation,
                    overwrite=overwrite,
                    resume=resume,
                    reporter=reporter,
                )
            print_summary(run)
        except PosetrailError as error:
            if error.exit_code == EXIT_INTERRUPTED:
                raise
            outcomes.append(Outcome(path, error=error))
        else:
            outcomes.append(Outcome(path, run))
    return outcomes


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
