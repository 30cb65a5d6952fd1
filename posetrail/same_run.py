"""Whether a finished run is the one that is asked for, so that it may be taken for the result."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from posetrail.config import Config
from posetrail.differences import differences
from posetrail.retracking import WAS_COMPLETE
from posetrail.run_folder import Run
from tracker.errors import OutputError


def file_facts(path: Path) -> dict[str, int | None]:
    """Tell the state of a file by its size in bytes and when it was changed; None for a pattern."""
    file = path.stat() if path.exists() else None
    return {
        "size": file.st_size if file else None,
        "modified": file.st_mtime_ns if file else None,
    }


def check_same_run(
    run: Run,
    source: Path,
    config: Config,
    network: Mapping[str, Any],
    action_model: Mapping[str, Any] | None,
) -> None:
    """Check that a finished run is the one that is asked for, before it is taken for the result.

    Parameters
    ----------
    run : Run
        Finished.
    source : Path
        What would be read.
    config : Config
        The effective configuration.
    network, action_model : mapping
        What run.json would say of them.

    Raises
    ------
    OutputError
        If it was made of another source, an earlier state of it, with other options or models, or
        its tables are not whole.
    """
    earlier = run.info
    if earlier["source"]["path"] != str(source.absolute()):
        raise OutputError(
            f"{run.folder} holds a run of {earlier['source']['path']}.",
            hint="Choose another folder with --output.",
        )
    if WAS_COMPLETE in earlier:
        raise OutputError(
            f"Tracking the run {run.folder} anew was interrupted.",
            hint="Finish it with posetrail track.",
        )
    other = {
        "an earlier state of this source": _differ(earlier["source"], file_facts(source)),
        "other options": differences(earlier["config"], config.model_dump(mode="json")),
        "another network": _differ(earlier.get("network"), _model(network)),
        "another action model": _differ(earlier.get("action_model"), _model(action_model)),
    }
    for what, differs in other.items():
        if differs:
            which = f": {differs}" if isinstance(differs, str) else ""
            raise OutputError(
                f"{run.folder} holds a finished run with {what}{which}.",
                hint="Use --overwrite or another --output.",
            )


def _model(facts: Mapping[str, Any] | None) -> dict[str, Any]:
    """Select what tells one model from another, wherever it runs."""
    return {"sha256": (facts or {}).get("sha256")}


def _differ(earlier: Mapping[str, Any] | None, now: Mapping[str, Any]) -> bool:
    """Compare what an earlier run said; runs of earlier versions may say nothing."""
    before = earlier or {}
    return any(key in before and before[key] != value for key, value in now.items())
