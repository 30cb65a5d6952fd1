"""A run's folder: what lies where, when it may be written, and how to read it back."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from posetrail.json_files import read_json
from tracker.errors import FormatError, OutputError, UsageError
from tracker.files import near_name, output_error, remove_partials
from tracker.images import is_pattern

if TYPE_CHECKING:
    import pandas as pd

    from tracker.poses import PoseTable
    from tracker.tracks import Tracks


#: What run.json says where the pictures show earlier tables.
OLD_VIDEO = "annotated.mp4 still shows the earlier tracks and actions; posetrail draw makes it anew"


@dataclass(frozen=True)
class Run:
    """A run's folder, with its tables as frames and arrays; each is read when it is first asked for.

    Parameters
    ----------
    folder : Path
        The run's folder.
    """

    folder: Path

    @property
    def json_path(self) -> Path:
        """Provenance; written last, so a run without it was interrupted."""
        return self.folder / "run.json"

    @property
    def poses_path(self) -> Path:
        """Every detection, no IDs."""
        return self.folder / "poses.parquet"

    @property
    def tracks_path(self) -> Path:
        """Every person in every frame, with IDs."""
        return self.folder / "tracks.parquet"

    @property
    def tracks_csv_path(self) -> Path:
        """The same as one wide CSV."""
        return self.folder / "tracks.csv"

    @property
    def cleaned_path(self) -> Path:
        """Keypoints cleaned over time, where that was asked for."""
        return self.folder / "cleaned.csv"

    @property
    def people_path(self) -> Path:
        """Folder of one CSV per person."""
        return self.folder / "people"

    @property
    def people_list_path(self) -> Path:
        """Who there is, one row per person."""
        return self.folder / "people.csv"

    @property
    def actions_path(self) -> Path:
        """Actions with start, end, label and score."""
        return self.folder / "actions.csv"

    @property
    def video_path(self) -> Path:
        """The annotated video."""
        return self.folder / "annotated.mp4"

    @property
    def checkpoint_path(self) -> Path:
        """Folder of what an unfinished run has done so far."""
        return self.folder / ".unfinished"

    @cached_property
    def info(self) -> Mapping[str, Any]:
        """What run.json says.

        Raises
        ------
        FormatError
            If there is no run.json or it is damaged.
        """
        values = read_json(self.json_path)
        missing = [key for key in ("source", "config", "counts", "complete") if key not in values]
        if missing:
            raise FormatError(f"{self.json_path} has no {', '.join(missing)}: it is not a run's.")
        return values

    @cached_property
    def poses(self) -> PoseTable:
        """Every detection of the video, without IDs."""
        from tracker.tables import read_poses_parquet

        return read_poses_parquet(self.poses_path)

    @cached_property
    def tracks(self) -> Tracks:
        """Every person in every frame, as arrays."""
        from tracker.tables import read_tracks_parquet

        return read_tracks_parquet(self.tracks_path)

    @property
    def names(self) -> dict[int, str]:
        """The names that edits.yaml gave people, by ID."""
        return {int(person): name for person, name in self.info.get("names", {}).items()}

    @cached_property
    def tracks_table(self) -> pd.DataFrame:
        """Every person in every frame, as a wide pandas frame with the columns of tracks.csv."""
        from tracker.tables import tracks_frame

        return tracks_frame(self.tracks)

    @cached_property
    def actions_table(self) -> pd.DataFrame:
        """What each person did when, as a pandas frame with the columns of actions.csv."""
        import pandas as pd

        return pd.read_csv(self.actions_path)

    def person_table(self, track_id: int) -> pd.DataFrame:
        """Time series of one person with joint angles, as a pandas frame.

        Raises
        ------
        UsageError
            If there is nobody of that ID.
        """
        import pandas as pd

        path = self.people_path / f"person_{track_id:03d}.csv"
        if not path.is_file():
            found = sorted(
                int(p.stem.partition("_")[2]) for p in self.people_path.glob("person_*.csv")
            )
            raise UsageError(
                f"The run {self.folder} has no person {track_id}.",
                hint=f"There are: {', '.join(map(str, found)) or 'none'}.",
            )
        return pd.read_csv(path)


def open_run(folder: str | Path) -> Run:
    """Open a finished run.

    Parameters
    ----------
    folder : str or Path
        The run's folder, for example ``runs/match``.

    Raises
    ------
    FormatError
        If the folder is not a run's, or the run did not finish.
    """
    run = Run(Path(folder))
    if run.json_path.is_file():
        return run
    if run.checkpoint_path.is_dir():
        raise FormatError(
            f"The run {folder} did not finish.",
            hint="Repeat its posetrail run with --resume added.",
        )
    if run.folder.is_file():
        hint = f"Make a run of a video with posetrail run {folder}."
        raise FormatError(f"{folder} is a file, not a run's folder.", hint=hint)
    if not run.folder.exists():
        raise FormatError(f"There is no folder {folder}.", hint=near_name(run.folder, is_run))
    raise FormatError(f"{folder} is not a run's folder: it has no run.json.")


def is_run(folder: Path) -> bool:
    """Tell whether a folder is that of a run, finished or not."""
    run = Run(folder)
    return any(path.exists() for path in (run.json_path, run.poses_path, run.checkpoint_path))


def claim_folder(folder: Path, source: Path | None = None, *, overwrite: bool, resume: bool) -> Run:
    """Prepare a folder for a run, never writing over an earlier one silently.

    Parameters
    ----------
    folder : Path
        The run's folder; made if it is missing.
    source : Path, optional
        What the run will read; a folder that would lose it is refused.
    overwrite : bool
        Remove what an earlier run left there (only files a run writes).
    resume : bool
        Go on with an interrupted run; a folder that holds none starts anew.

    Raises
    ------
    UsageError
        If both were asked for.
    OutputError
        If a run is there and neither was asked for, or the folder cannot be written.
    """
    if overwrite and resume:
        raise UsageError("--overwrite and --resume exclude each other.", hint="Choose one of them.")
    run = Run(folder)
    if source is not None and source.resolve() in {path.resolve() for path in _files(run)}:
        raise OutputError(
            f"{source} is one of the files that a run in {folder} replaces.",
            hint="Choose another folder with --output.",
        )
    try:
        if overwrite:
            _remove_run(run)
        elif not resume:
            _refuse_earlier(run)
        elif run.json_path.exists():
            shutil.rmtree(run.checkpoint_path, ignore_errors=True)  # it ended while being removed
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
        for place in (folder, run.people_path):
            remove_partials(place)
    except OSError as error:
        raise output_error(folder, error) from error
    return run


def default_folder(source: Path, parent: Path = Path("runs")) -> Path:
    """Give the run's folder of a source that was given none: ``runs/<its name>``.

    Parameters
    ----------
    source : Path
        A file (its name without the suffix counts), a folder, or a pattern (its folder counts);
        MOTChallenge text is named after its sequence's folder.
    parent : Path
        Where runs' folders go.
    """
    place = source.parent if is_pattern(source) else source
    if place.suffix == ".txt":
        folder = place.resolve().parent
        place = folder.parent if folder.name in ("det", "gt") else folder
    if place.name in ("", ".."):
        place = place.resolve()
    return parent / (place.name if place.is_dir() else place.stem)


def _refuse_earlier(run: Run) -> None:
    if run.json_path.exists():
        raise OutputError(
            f"{run.folder} already holds a run.", hint="Use --overwrite or another --output."
        )
    if run.checkpoint_path.exists():
        raise OutputError(
            f"{run.folder} holds an interrupted run.", hint="Use --resume or --overwrite."
        )


def _files(run: Run) -> list[Path]:
    """List what a run writes, run.json first: what is left of a removal is not taken for a run."""
    tables = [run.poses_path, run.tracks_path, run.tracks_csv_path, run.actions_path]
    people = [run.cleaned_path, run.people_list_path, *run.people_path.glob("person_*.csv")]
    return [run.json_path, *tables, run.video_path, *people]


def _remove_run(run: Run) -> None:
    for path in _files(run):
        path.unlink(missing_ok=True)
    if run.checkpoint_path.exists():
        shutil.rmtree(run.checkpoint_path)
