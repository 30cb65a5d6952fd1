"""The actions of runs measured against labels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from classifiers.actions import read_actions_csv
from classifiers.comparison import Comparison, compare, together
from classifiers.model import ActionModel
from classifiers.recordings import Recording
from posetrail.label_doubts import label_doubts
from posetrail.recognition import load_action_model
from posetrail.run_folder import Run, open_run
from posetrail.training_material import gather
from tracker.errors import EvaluationError, ModelError, did_you_mean


@dataclass(frozen=True)
class Measured:
    """Figures of named actions.

    Parameters
    ----------
    comparison : Comparison
        Moments and events, all runs together.
    people : int
        Judged people, one for each run that somebody is in.
    trained_on : int
        Judged people in videos that the model has learnt from, however tracked since.
    notes : list of str
        What the user should know.
    """

    comparison: Comparison
    people: int
    trained_on: int
    notes: list[str]

    def values(self) -> dict[str, float | int]:
        """Give the values of the result line."""
        in_time = self.comparison.in_time
        tolerances = sorted(self.comparison.events)
        chosen = tolerances[min(1, len(tolerances) - 1)]
        events = self.comparison.found(chosen)
        seen = {"trained_on": self.trained_on} if self.trained_on else {}
        f1 = {"event_f1": events.f1} if events.true else {}
        return {
            "accuracy": in_time.accuracy,
            "macro_f1": in_time.macro_f1,
            **f1,
            "events": events.true,
            "false_alarms": events.predicted - events.found,
            "n": in_time.n,
            "people": self.people,
            **seen,
        }


def measure_actions(
    runs: Sequence[Path],
    labels: Sequence[Path],
    *,
    tolerances_s: Iterable[float],
    nothing: str,
    skip_missing: bool = False,
) -> Measured:
    """Compare actions.csv of runs with labels.

    Parameters
    ----------
    runs : sequence of Path
        Runs' folders.
    labels : sequence of Path
        Tables of labels; without any, each run's labels.csv. One with a header only says that nothing
        happened in its run: everybody there is judged.
    tolerances_s : iterable of float
        Middles of a true and a found event may be so far apart, in seconds.
    nothing : str
        What time without a label is called.
    skip_missing : bool
        Leave out labels of videos that are not given.

    Raises
    ------
    EvaluationError
        If nobody is labelled.
    """
    material = gather([*labels, *runs], skip_missing=skip_missing, quiet=True)
    by_name = {folder.resolve().name: open_run(folder) for folder in material.runs}
    tolerances = tuple(tolerances_s)
    parts, seen = [], 0
    known = {name: _model_of(run) for name, run in by_name.items()}
    for recording in material.recordings:
        video = recording.name.rpartition("/")[0]
        model = known[video]
        seen += model is not None and model.card.knows(recording)
        told = read_actions_csv(by_name[video].actions_path)
        parts.append(
            compare(
                recording.tracks,
                recording.labels,
                told,
                nothing=nothing,
                tolerances_s=tolerances,
                undecided=material.undecided[recording.name],
            )
        )
    if not parts:
        raise EvaluationError("Nobody is labelled: there is nothing to compare with.")
    notes = [
        *_notes(material.recordings, by_name, known, seen),
        *_unknown_classes(material.recordings, known, nothing),
        *label_doubts(material),
    ]
    return Measured(together(parts), len(parts), seen, notes)


def _model_of(run: Run) -> ActionModel | None:
    """Find the model that named a run's actions; None where it is gone or another one by now."""
    name = run.info["config"]["actions"]["model"]
    facts = run.info.get("action_model")
    if name is None or not facts:
        return None
    try:
        model = load_action_model(name)
    except ModelError:
        return None
    return model if model.card.model_sha256 == facts.get("sha256") else None


def _unknown_classes(
    recordings: Sequence[Recording], known: dict[str, ActionModel | None], nothing: str
) -> list[str]:
    """Name labels that the model of their run cannot say."""
    unknown: dict[str, str] = {}
    for recording in recordings:
        model = known[recording.name.rpartition("/")[0]]
        if model is not None:
            names = {label.label for label in recording.labels} - {nothing, *model.classes}
            unknown.update({name: did_you_mean(name, model.classes) for name in names})
    return [f"the model has no class {name!r}. {hint}" for name, hint in sorted(unknown.items())]


def _notes(
    recordings: Sequence[Recording],
    runs: dict[str, Run],
    known: dict[str, ActionModel | None],
    seen: int,
) -> list[str]:
    notes = []
    if seen:
        notes.append(
            f"the model was trained on the videos of {seen} of the {len(recordings)} judged people: "
            "these figures say how well it remembers, not how well it does on something new"
        )
    judged = {each.name.rpartition("/")[0] for each in recordings}
    unnamed = [name for name in judged if not runs[name].info.get("action_model")]
    if unnamed:
        notes.append(f"no action model was run on {', '.join(sorted(unnamed))}")
    lost = [name for name in judged if name not in unnamed and known[name] is None]
    if lost:
        notes.append(
            f"the model that named the actions of {', '.join(sorted(lost))} is not where it was: whether "
            "it was trained on them cannot be told"
        )
    return notes
