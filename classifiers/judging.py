"""Judging a user's model on what its folds have not seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifiers.actions import Action
from classifiers.card import ActionCard
from classifiers.comparison import Comparison, compare, together
from classifiers.evaluation import Scores, scores
from classifiers.learning import Examples, LearningSettings, fit_model
from classifiers.model import ActionModel, calibrated
from classifiers.recognition import RecognitionSettings, recognise
from classifiers.recordings import Recording
from classifiers.splits import Fold, all_labels
from classifiers.training import clip_probabilities
from tracker.errors import EvaluationError

Names = NDArray[np.str_]

#: What a label is told to be when no window around it shows enough of its person.
NOT_SEEN = "(not seen)"


@dataclass(frozen=True)
class Judged:
    """What models said of labels that they had not learnt from.

    Parameters
    ----------
    truth, told, majority : str array, shape (labels,)
        The class of each judged label (background stretches among them), what the model said, and
        the class that most labels had that it learnt from.
    group, fold : str array, shape (labels,)
        The group of each and the fold that it was judged in.
    background : str
        The class that is nothing in particular.
    comparison : Comparison
        Whole tracks: what is found in them beside the labels.
    """

    truth: Names
    told: Names
    majority: Names
    group: Names
    fold: Names
    background: str
    comparison: Comparison

    @property
    def labels(self) -> Scores:
        """Compare label by label, stretches of background being labels, too."""
        return scores(self.truth, self.told)

    @property
    def own(self) -> NDArray[np.bool_]:
        """Tell which labels are the user's own, not background."""
        mask: NDArray[np.bool_] = self.truth != self.background
        return mask

    @property
    def accuracy(self) -> float:
        """Share of the user's own labels that were told right."""
        return float((self.truth == self.told)[self.own].mean())

    @property
    def majority_accuracy(self) -> float:
        """What always saying the commonest class would give."""
        return float((self.truth == self.majority)[self.own].mean())

    def accuracy_by(self, names: Names) -> dict[str, tuple[float, int]]:
        """Give accuracy and number of own labels for each group or fold."""
        right = self.truth == self.told
        return {
            str(name): (float(right[mask].mean()), int(mask.sum()))
            for name in np.unique(names[self.own])
            for mask in [self.own & (names == name)]
        }


def judge(
    card: ActionCard,
    examples: Examples,
    recordings: Sequence[Recording],
    undecided: dict[str, list[Action]],
    folds: Sequence[Fold],
    settings: LearningSettings,
    recognition: RecognitionSettings,
    advance: Callable[[], None] = lambda: None,
) -> Judged:
    """Learn each fold's model and judge it on what the fold holds out.

    Parameters
    ----------
    card : ActionCard
        The card's beginning.
    examples : Examples
        Windows of all labels.
    recordings : sequence of Recording
        Labelled people, in the order in which the examples were made.
    undecided : dict of str to list of Action
        Time to leave out, by name of recording.
    folds : sequence of Fold
        What is learnt and judged.
    settings : LearningSettings
        How models are learnt.
    recognition : RecognitionSettings
        How models are applied to whole tracks; the hand is found or set as `predict` would, while
        label by label each person's own hand counts.
    advance : callable
        Is called after each fold.

    Raises
    ------
    EvaluationError
        If no fold has anything to judge.
    """
    truth = np.array([label.label for label in all_labels(recordings)], np.str_)
    group = np.array([each.group for each in recordings for _ in each.labels], np.str_)
    told = np.full(len(truth), NOT_SEEN, f"<U{max(len(NOT_SEEN), *map(len, truth))}")
    majority, fold_of = told.copy(), np.full(len(truth), "", "<U200")
    comparisons = []
    for fold in folds:
        model = fit_model(card, examples, settings, fold.learn[examples.data.clip])
        seen, names = tell_labels(model, examples, fold.judge)
        told[seen] = names
        majority[fold.judge] = _commonest(truth[fold.learn], settings.background.label)
        fold_of[fold.judge] = fold.name
        for each in fold.judged:
            open_rows = [*undecided.get(each.name, []), *fold.left_out.get(each.name, ())]
            comparisons.append(_compare(model, each, open_rows, settings, recognition))
        advance()
    at = fold_of != ""
    if not (truth[at] != settings.background.label).any():
        raise EvaluationError("There is no label to judge.", hint="Label more.")
    return Judged(
        truth[at],
        told[at],
        majority[at],
        group[at],
        fold_of[at],
        settings.background.label,
        together(comparisons),
    )


def tell_labels(
    model: ActionModel, examples: Examples, which: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], Names]:
    """Say what labels are likeliest to be by the mean of their windows.

    Parameters
    ----------
    model : ActionModel
        Learnt from other labels.
    examples : Examples
        Windows of all labels.
    which : bool array, shape (labels,)
        The labels that are asked for.

    Returns
    -------
    seen : int64 array, shape (told,)
        The labels that have windows.
    names : str array, shape (told,)
        What each is told to be.
    """
    rows = which[examples.data.clip]
    data = examples.data[rows]
    raw = model.method.predict_proba(examples.matrix[rows], examples.features.names)
    means = clip_probabilities(data, calibrated(raw, model.card.temperature))
    return np.unique(data.clip), np.array(model.classes)[means.argmax(axis=1)]


def _compare(
    model: ActionModel,
    recording: Recording,
    undecided: Sequence[Action],
    settings: LearningSettings,
    recognition: RecognitionSettings,
) -> Comparison:
    nothing = settings.background.label
    return compare(
        recording.tracks,
        recording.labels,
        recognise(recording.tracks, model, recognition),
        nothing=nothing,
        tolerances_s=settings.tolerances_s,
        undecided=[each for each in undecided if each.label != nothing],
    )


def _commonest(labels: Names, background: str) -> str:
    own = labels[labels != background]
    names, counts = np.unique(own if len(own) else labels, return_counts=True)
    return str(names[counts.argmax()])
