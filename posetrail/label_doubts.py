"""What makes labels doubtful: guesses that nobody changed, old tables, one class spelt in two ways."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from classifiers.actions import Action, read_actions_csv
from posetrail.edited_actions import edited_actions
from posetrail.run_folder import Run, open_run
from posetrail.training_material import Material

#: run.json says to the second when people were tracked.
_CLOCK_S = 1.0


def label_doubts(material: Material) -> list[str]:
    """Say what the user should know of labels before figures from them are believed.

    Parameters
    ----------
    material : Material
        Labels and their runs.

    Raises
    ------
    FormatError
        If an actions.csv is damaged.
    """
    runs = [open_run(folder) for folder in material.runs]
    return [*_untouched(material, runs), *_older(material.files, runs), *_alike(material)]


def _alike(material: Material) -> list[str]:
    """Name classes that differ in capitals, blanks, hyphens and underscores only."""
    names = {label.label for each in material.recordings for label in each.labels}
    spelt: dict[str, list[str]] = {}
    for name in sorted(names):
        spelt.setdefault(re.sub(r"[\s_-]+", "", name).casefold(), []).append(name)
    return [
        f"{' and '.join(map(repr, each))} are different classes: was one meant?"
        for each in spelt.values()
        if len(each) > 1
    ]


def _untouched(material: Material, runs: list[Run]) -> list[str]:
    guesses = {run.folder.resolve().name: _guesses(run) for run in runs}
    labels, same = 0, 0
    for recording in material.recordings:
        known = set(guesses[recording.name.rpartition("/")[0]])
        labels += len(recording.labels)
        known |= {_key(label) for label in material.guessed[recording.name]}
        same += sum(_key(label) in known for label in recording.labels)
    if not same:
        return []
    return [
        f"{same} of {labels} labels are guesses that nobody changed, as in the run's actions.csv or in "
        "their column why: where nobody looked at them either, figures from them only say that the "
        "model agrees with itself."
    ]


def _guesses(run: Run) -> set[tuple[int, float, float, str]]:
    """Give what a model said of a run; nothing where somebody corrected the table itself."""
    if not run.actions_path.is_file() or edited_actions(run):
        return set()
    return {_key(action) for action in read_actions_csv(run.actions_path)}


def _key(action: Action) -> tuple[int, float, float, str]:
    return action.track_id, round(action.start_s, 4), round(action.end_s, 4), action.label


def _older(files: list[Path], runs: list[Run]) -> list[str]:
    tracked = {run.folder.resolve(): run.info.get("finished") for run in runs}
    return [
        f"{file} is older than the tracks of its run: the IDs may have changed since."
        for file in files
        for finished in [tracked.get(file.resolve().parent)]
        if finished is not None
        and file.stat().st_mtime + _CLOCK_S < datetime.fromisoformat(finished).timestamp()
    ]
