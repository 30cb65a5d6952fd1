"""From a user's labels and runs to a model, its card and its report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from classifiers.background import with_background
from classifiers.card import ActionCard, Source
from classifiers.judging import Judged, judge
from classifiers.learning import (
    Examples,
    LearningSettings,
    blank_card,
    fit_model,
    make_examples,
)
from classifiers.model import ActionModel
from classifiers.recordings import Recording
from classifiers.splits import Fold, fold_in_time, folds_by_group
from classifiers.training_report import ReportFacts, result_values
from posetrail.config import Config
from posetrail.label_doubts import label_doubts
from posetrail.progress import Reporter
from posetrail.training_material import Material
from posetrail.version import __version__
from tracker.errors import EvaluationError, LabelError

_TERMS = "the user's own labels; the videos' own terms hold"


@dataclass(frozen=True)
class Trained:
    """A model and what is to be said of it.

    Parameters
    ----------
    model : ActionModel
        Learnt from everything.
    facts : ReportFacts
        The report.
    """

    model: ActionModel
    facts: ReportFacts


def train(
    material: Material,
    name: str,
    config: Config,
    reporter: Reporter,
    *,
    time_split: float | None = None,
    command: str = "",
) -> Trained:
    """Judge over folds, then learn from everything.

    Parameters
    ----------
    material : Material
        Labels and runs.
    name : str
        The model's.
    config : Config
        Its groups ``training`` and ``actions`` count.
    reporter : Reporter
        Is told how far the work is.
    time_split : float, optional
        Declared: learn from this share of each video's labels and judge the rest.
    command : str
        The command line, for the report.

    Raises
    ------
    LabelError
        If there are fewer than two classes.
    """
    settings = config.training
    window_s = settings.window.window_s
    undecided = [material.undecided.get(each.name, []) for each in material.recordings]
    seed = settings.learner.trees.seed
    recordings = with_background(
        material.recordings, undecided, window_s, settings.background, seed
    )
    _check_classes(recordings)
    reporter.stage("windows", None)
    examples = make_examples(recordings, settings, handed=material.handed)
    card = blank_card(name, examples, settings)
    folds, split = _folds(recordings, settings, material.group_by, time_split)
    reporter.stage("models", len(folds) + 1)
    judged = None
    if folds:
        try:
            judged = _judged(card, examples, recordings, folds, material, config, reporter)
        except (LabelError, EvaluationError) as error:
            split = f"No figure: {error}"
    model = fit_model(card, examples, settings)
    reporter.advance()
    facts = ReportFacts(
        name,
        command,
        __version__,
        split,
        judged,
        time_split,
        material.group_by,
        recordings,
        sum(map(len, material.undecided.values())),
        settings,
        getattr(model.method, "importance_", {}),
        _notes(material, model, examples, recordings),
    )
    return Trained(replace(model, card=_finished(model.card, facts, material)), facts)


def _judged(
    card: ActionCard,
    examples: Examples,
    recordings: Sequence[Recording],
    folds: Sequence[Fold],
    material: Material,
    config: Config,
    reporter: Reporter,
) -> Judged:
    return judge(
        card,
        examples,
        recordings,
        material.undecided,
        folds,
        config.training,
        config.actions,
        reporter.advance,
    )


def _check_classes(recordings: Sequence[Recording]) -> None:
    classes = sorted({label.label for each in recordings for label in each.labels})
    if len(classes) < 2:
        raise LabelError(
            f"Learning needs two classes or more, found {', '.join(classes) or 'none'}.",
            hint="Label another class, or leave time of the labelled people unlabelled: it is taken for "
            "the background.",
        )


def _folds(
    recordings: Sequence[Recording],
    settings: LearningSettings,
    group_by: str,
    time_split: float | None,
) -> tuple[list[Fold], str]:
    """Part the recordings, and say how in words; no folds where a figure would be fiction."""
    try:
        if time_split is not None:
            fold = fold_in_time(recordings, time_split, settings.window.window_s)
            return [fold], (
                f"**A split in time within each video**, as asked for with `--time-split {time_split:g}`: "
                f"the first {time_split:.0%} of its labels are learnt from, one window "
                f"({settings.window.window_s:g} s) is purged at the cut, the rest is judged. Same "
                "people, same place, same light: expect less on a new video."
            )
        seed = settings.learner.trees.seed
        folds = folds_by_group(recordings, settings.folds, seed)
    except EvaluationError as error:
        return [], f"No figure: {error}"
    groups = len({each.group for each in recordings})
    return folds, (
        f"{len(folds)} folds over {groups} groups, a group being a {group_by}: what is judged shares "
        "none with what was learnt from. Stopping and calibration saw only learnt groups."
    )


def _notes(
    material: Material, model: ActionModel, examples: Examples, recordings: Sequence[Recording]
) -> list[str]:
    notes = label_doubts(material)
    if model.card.background is None:
        notes.append(
            "There is no background class: this model says at every moment that somebody does one of "
            "its classes. Leave time unlabelled, or label idle time, to have one."
        )
    if material.group_by == "person" and any("/" in each.group for each in recordings):
        notes.append(
            "People without a name count as another person in every video; name them in edits.yaml "
            "where somebody is in several videos."
        )
    if len({each.group for each in recordings}) < 2:
        notes.append(
            "With one group nothing could be held out: growing was not stopped early, and the "
            "probabilities are not calibrated."
        )
    labels = sum(len(each.labels) for each in recordings)
    unseen = labels - len(np.unique(examples.data.clip))
    if unseen:
        notes.append(f"{unseen} labels show too little of their person to be learnt from.")
    if model.card.handed:
        notes.append(
            "Left-handed people were learnt in a mirror; without `actions.handedness` the hand is "
            "found per person."
        )
    return notes


def _finished(card: ActionCard, facts: ReportFacts, material: Material) -> ActionCard:
    recordings = material.recordings
    videos = [folder.resolve().name for folder in material.runs]
    shown = ", ".join(videos[:5]) + (" ..." if len(videos) > 5 else "")
    source = Source(name=f"own labels: {shown}", terms=_TERMS, recordings=len(recordings))
    figures: dict[str, Any] = {"split": facts.split, **result_values(facts)}
    return card.model_copy(
        update={
            "sources": (source,),
            "trained_on": tuple(sorted({each.digest for each in recordings})),
            "origins": tuple(sorted({origin for each in recordings for origin in each.origins})),
            "figures": {**figures, "command": facts.command},
            "version": __version__,
        }
    )
