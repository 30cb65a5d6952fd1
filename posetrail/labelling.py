"""Label tables to start from, written for runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from classifiers.actions import Action, read_actions_csv
from classifiers.label_formats import UNDECIDED
from classifiers.suggestions import SuggestionSettings, suggest, write_suggestions
from posetrail.config import ActionSettings
from posetrail.recognition import chosen_action_model, name_actions
from posetrail.run_folder import Run, open_run
from posetrail.training_material import LABELS_NAME
from tracker.errors import OutputError, UsageError


def label_runs(
    folders: Sequence[Path],
    *,
    actions: ActionSettings | None = None,
    output: Path | None = None,
    arm_speed: float | None = None,
    neck_drop: float | None = None,
    overwrite: bool = False,
) -> Iterator[tuple[Path, int, int]]:
    """Write a table of moments worth a label for each run.

    Parameters
    ----------
    folders : sequence of Path
        Finished runs.
    actions : ActionSettings, optional
        The action model that guesses, and how it is applied; by default each run's actions.csv does.
    output : Path, optional
        The table of a single run; by default labels.csv in the run's folder.
    arm_speed, neck_drop : float, optional
        What is fast and what is a drop, in torso lengths (a second).
    overwrite : bool
        Replace a table that is there.

    Yields
    ------
    path, moments, guesses
        The table, its rows, and how many have a model's guess.

    Raises
    ------
    OutputError
        If a table is there, before anything is written.
    """
    if output is not None and len(folders) > 1:
        raise UsageError(
            "One --output cannot hold the labels of several runs.",
            hint="Leave it out: each run's folder gets a labels.csv.",
        )
    runs = [open_run(folder) for folder in folders]
    paths = [output or run.folder / LABELS_NAME for run in runs]
    for path in paths:
        if path.exists() and not overwrite:
            raise OutputError(
                f"{path} is there already, perhaps with your edits.",
                hint="Use another --output, or --overwrite to lose them.",
            )
    given = {"arm_speed": arm_speed, "neck_drop": neck_drop}
    settings = SuggestionSettings(**{key: each for key, each in given.items() if each is not None})
    for run, path in zip(runs, paths, strict=True):
        found = suggest(run.tracks, _guesses(run, actions), settings)
        write_suggestions(path, run.folder.resolve().name, found)
        yield path, len(found), sum(each.action.label != UNDECIDED for each in found)


def _guesses(run: Run, actions: ActionSettings | None) -> list[Action]:
    model = None if actions is None else chosen_action_model(actions)
    if actions is not None and model is not None:
        return name_actions(run.tracks, model, actions)
    return read_actions_csv(run.actions_path) if run.actions_path.is_file() else []
