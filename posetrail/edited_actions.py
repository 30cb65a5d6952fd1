"""Corrections that somebody made in actions.csv, kept before it is written anew."""

from __future__ import annotations

from pathlib import Path

from posetrail.run_folder import Run
from tracker.files import file_sha256, output_error

#: Key of run.json: the hash of actions.csv as it was written.
ACTIONS_SHA256 = "actions_sha256"
#: How the warning begins that says where corrections are.
KEPT = "actions.csv had been changed by hand"


def keep_edited_actions(run: Run, sha256: str | None) -> list[str]:
    """Give actions.csv another name where it is not as it was written.

    Parameters
    ----------
    run : Run
        A run whose actions.csv is about to be replaced.
    sha256 : str or None
        What run.json says of it; None where an earlier version wrote the run: nothing can be told.

    Returns
    -------
    list of str
        What to warn of: where the corrections are now; nothing where there were none.

    Raises
    ------
    OutputError
        If the file cannot be renamed.
    """
    path = run.actions_path
    if not _differs(path, sha256):
        return []
    kept = _free_name(path)
    try:
        path.rename(kept)
    except OSError as error:
        raise output_error(kept, error) from error
    return [f"{KEPT}; that table is kept as {kept.name}"]


def edited_actions(run: Run) -> bool:
    """Tell whether a run's actions.csv is there, but not as it was written."""
    return _differs(run.actions_path, run.info.get(ACTIONS_SHA256))


def _differs(path: Path, sha256: str | None) -> bool:
    return sha256 is not None and path.is_file() and file_sha256(path) != sha256


def _free_name(path: Path) -> Path:
    kept, number = path.with_name(f"{path.stem}_edited{path.suffix}"), 1
    while kept.exists():
        number += 1
        kept = path.with_name(f"{path.stem}_edited_{number}{path.suffix}")
    return kept
