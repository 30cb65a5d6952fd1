"""Learning a model: weights, early stopping on groups that are held out, calibration, the final fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from classifiers.card import ActionCard
from classifiers.evaluation import grouped_folds
from classifiers.method import FloatArray, Labels
from classifiers.methods.lightgbm import LightGBM, LightGBMSettings
from classifiers.model import ActionModel, calibrated
from classifiers.training_windows import LabelledWindows
from features.feature_set import FeatureSet
from tracker.errors import LabelError
from tracker.settings import Settings


class TrainingSettings(Settings):
    """How a model is learnt from labelled windows."""

    trees: LightGBMSettings = LightGBMSettings()
    """How trees are grown."""
    inner_folds: int = Field(default=5, ge=0)
    """One of so many folds over groups is held out to stop growing and to calibrate; 0 does neither."""
    balance: float = Field(default=0.5, ge=0, le=1)
    """Weight of rare classes: 0 counts every window alike, 1 every class alike."""


@dataclass(frozen=True)
class Learnt:
    """A fitted classifier and its calibration.

    Parameters
    ----------
    method : LightGBM
        Fitted on everything.
    temperature : float
        Calibration.
    """

    method: LightGBM
    temperature: float


def learn(
    matrix: FloatArray,
    labels: Labels,
    groups: NDArray[np.str_],
    names: Sequence[str],
    settings: TrainingSettings,
    weights: FloatArray | None = None,
) -> Learnt:
    """Fit a classifier on all windows, with the number of rounds that held-out groups ask for.

    Parameters
    ----------
    matrix : float32 array, shape (windows, features)
        What `FeatureSet.matrix` gives.
    labels, groups : str array, shape (windows,)
        The class of each window and what must not be split.
    names : sequence of str
        Feature names.
    settings : TrainingSettings
        How.
    weights : float32 array, shape (windows,), optional
        Weight of each window, before classes are balanced.

    Raises
    ------
    LabelError
        If there are fewer than two classes.
    """
    if len(np.unique(labels)) < 2:
        raise LabelError(f"Learning needs two classes or more, found {np.unique(labels).tolist()}.")
    weights = class_weights(labels, settings.balance, weights)
    held_out = _held_out(labels, groups, settings)
    if held_out is None:
        method = LightGBM(settings.trees).fit(matrix, labels, names, weights=weights)
        return Learnt(method, 1.0)
    kept = ~held_out
    one = settings.trees.model_copy(update={"bags": 1})
    trial = LightGBM(one).fit(
        matrix[kept],
        labels[kept],
        names,
        weights=weights[kept],
        validation=(matrix[held_out], labels[held_out]),
    )
    probabilities = trial.predict_proba(matrix[held_out], names)
    temperature = fit_temperature(probabilities, labels[held_out], trial.classes_)
    trees = settings.trees.model_copy(update={"rounds": max(trial.rounds_, 1)})
    method = LightGBM(trees).fit(matrix, labels, names, weights=weights)
    return Learnt(method, temperature)


def make_model(card: ActionCard, features: FeatureSet, learnt: Learnt) -> ActionModel:
    """Put a fitted classifier and its card together; classes, features, temperature are filled in."""
    card = card.model_copy(
        update={
            "classes": learnt.method.classes_,
            "features": features.names,
            "temperature": learnt.temperature,
        }
    )
    return ActionModel(card, learnt.method, features)


def class_weights(labels: Labels, balance: float, weights: FloatArray | None = None) -> FloatArray:
    """Weigh windows so that rare classes count for more; their mean is 1."""
    base = np.ones(len(labels)) if weights is None else weights.astype(float)
    _, number = np.unique(labels, return_inverse=True)
    mass = np.bincount(number, weights=base)
    weighted = base * (mass.mean() / mass[number]) ** balance
    return np.asarray(weighted / weighted.mean(), np.float32)


def fit_temperature(probabilities: FloatArray, labels: Labels, classes: Sequence[str]) -> float:
    """Find the temperature that makes held-out labels likeliest (Guo et al., ICML 2017)."""
    known = np.isin(labels, np.asarray(classes))
    column = np.searchsorted(np.asarray(classes), labels[known])
    rows = np.arange(len(column))
    if not len(rows):
        return 1.0

    def loss(log_temperature: float) -> float:
        scaled = calibrated(probabilities[known], float(np.exp(log_temperature)))
        return float(-np.log(np.maximum(scaled[rows, column], 1e-9)).mean())

    from scipy.optimize import minimize_scalar  # the configuration imports this module: 0.4 s

    best = minimize_scalar(loss, bounds=(-1.5, 1.5), method="bounded")
    return float(np.exp(best.x))


def clip_probabilities(data: LabelledWindows, probabilities: FloatArray) -> FloatArray:
    """Average the windows of each label, shape (labels that have windows, classes)."""
    _, owner, counts = np.unique(data.clip, return_inverse=True, return_counts=True)
    sums = np.zeros((len(counts), probabilities.shape[1]))
    np.add.at(sums, owner, probabilities)
    return np.asarray(sums / counts[:, None], np.float32)


def clip_values(data: LabelledWindows, values: NDArray[np.str_]) -> NDArray[np.str_]:
    """Give the value of each label's first window, in the order of `clip_probabilities`."""
    _, first = np.unique(data.clip, return_index=True)
    picked: NDArray[np.str_] = values[first]
    return picked


def _held_out(
    labels: Labels, groups: NDArray[np.str_], settings: TrainingSettings
) -> NDArray[np.bool_] | None:
    """Choose the fold that shows most of the classes while leaving all of them to learn from."""
    folds = min(settings.inner_folds, len(np.unique(groups)))
    if folds < 2:
        return None
    classes = len(np.unique(labels))
    usable = [
        fold
        for fold in grouped_folds(groups, folds, settings.trees.seed)
        if len(np.unique(labels[~fold])) == classes
    ]
    return max(usable, key=lambda fold: len(np.unique(labels[fold])), default=None)
