"""Gradient-boosted trees (Ke et al., LightGBM, NeurIPS 2017) as text, checked before it is read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from classifiers.boosters import check_booster_text, mean_booster_text, slim_booster_text
from classifiers.method import FloatArray, Labels, check_names
from tracker.settings import Settings

#: From so many windows predicting is shared between threads; fewer are done sooner by one.
_BATCH, _BATCH_THREADS = 2000, 2


class LightGBMSettings(Settings):
    """How trees are grown. The defaults are for some thousand windows of some hundred features."""

    rounds: int = Field(default=200, ge=1)
    """Boosting rounds at most; each grows one tree per class."""
    patience: int = Field(default=25, ge=1)
    """Rounds without a better validation loss after which growing stops."""
    learning_rate: float = Field(default=0.08, gt=0)
    """Shrinkage of each tree."""
    leaves: int = Field(default=15, ge=2)
    """Leaves of a tree at most."""
    min_leaf: int = Field(default=20, ge=1)
    """Windows in a leaf at least."""
    feature_share: float = Field(default=0.2, gt=0, le=1)
    """Share of the features that a tree may use."""
    bagging_share: float = Field(default=0.7, gt=0, le=1)
    """Share of the windows that a tree is grown on."""
    l2: float = Field(default=5.0, ge=0)
    """Penalty on leaf values."""
    bins: int = Field(default=63, ge=3, le=255)
    """Steps into which each feature is cut."""
    threads: int = Field(default=1, ge=1)
    """Threads while learning; more than one waits on the slowest where the machine is busy."""
    seed: int = 1
    """The same seed and data give the same model."""
    bags: int = Field(default=1, ge=1, le=50)
    """So many boosters, each of a seed of its own, are grown and their scores averaged; what is held
    out stops the first of them only."""


class LightGBM:
    """Multiclass trees with early stopping; two classes need one tree a round.

    Parameters
    ----------
    settings : LightGBMSettings, optional
        How trees are grown.

    Attributes
    ----------
    names_, classes_ : tuple of str
        Feature and class names, in order.
    rounds_ : int
        Rounds that were kept.
    importance_ : dict of str to float
        Share of the loss that each feature took away, largest first; empty in a loaded model.
    """

    def __init__(self, settings: LightGBMSettings | None = None) -> None:
        self.settings = settings or LightGBMSettings()
        self.names_: tuple[str, ...] = ()
        self.classes_: tuple[str, ...] = ()
        self.rounds_ = 0
        self.importance_: dict[str, float] = {}
        self._text = ""
        self._booster: Any = None

    def fit(
        self,
        matrix: FloatArray,
        labels: Labels,
        names: Sequence[str],
        *,
        weights: FloatArray | None = None,
        validation: tuple[FloatArray, Labels] | None = None,
    ) -> Self:
        """Grow trees; with ``validation`` stop where its loss stops falling."""
        import lightgbm

        self.names_, self.classes_ = tuple(names), tuple(str(c) for c in np.unique(labels))
        columns = [f"f{i}" for i in range(len(self.names_))]
        data = lightgbm.Dataset(
            matrix, self._numbers(labels), weight=weights, feature_name=columns, free_raw_data=True
        )
        callbacks, valid_sets = [], []
        if validation is not None:
            known = np.isin(validation[1], self.classes_)
            held_out = validation[0][known]
            valid_sets = [data.create_valid(held_out, self._numbers(validation[1][known]))]
            callbacks = [lightgbm.early_stopping(self.settings.patience, verbose=False)]
        grown = lightgbm.train(
            self._parameters(self.settings.seed),
            data,
            num_boost_round=self.settings.rounds,
            valid_sets=valid_sets,
            callbacks=callbacks,
        )
        self.rounds_ = int(grown.best_iteration or grown.current_iteration())
        seeds = range(self.settings.seed + 1, self.settings.seed + self.settings.bags)
        others = [lightgbm.train(self._parameters(seed), data, self.rounds_) for seed in seeds]
        self._keep([grown, *others])
        return self

    def _keep(self, bags: Sequence[Any]) -> None:
        """Keep boosters as the text that is saved, so that a loaded model gives the very same numbers."""
        gains = np.mean([bag.feature_importance("gain") for bag in bags], axis=0)
        self.importance_ = self._importance(gains)
        texts = [slim_booster_text(bag.model_to_string(num_iteration=self.rounds_)) for bag in bags]
        self._text = mean_booster_text(texts)
        self._booster = _booster(self._text)

    def predict_proba(self, matrix: FloatArray, names: Sequence[str]) -> FloatArray:
        """Give probabilities (windows, classes)."""
        check_names(self.names_, names)
        if not len(matrix):
            return np.empty((0, len(self.classes_)), np.float32)
        threads = _BATCH_THREADS if len(matrix) >= _BATCH else 1
        raw = self._booster.predict(matrix, num_threads=threads)
        if len(self.classes_) == 2:
            raw = np.stack([1 - raw, raw], axis=1)
        return np.asarray(raw, np.float32)

    def to_text(self) -> str:
        """Write the trees as LightGBM's text, features by number: their names are in the card."""
        return self._text

    def _importance(self, gain: NDArray[np.float64]) -> dict[str, float]:
        shares = gain / max(gain.sum(), 1e-12)
        order = np.argsort(-shares, kind="stable")
        return {self.names_[i]: float(shares[i]) for i in order}

    def _numbers(self, labels: Labels) -> FloatArray:
        return np.searchsorted(np.array(self.classes_), labels).astype(np.float32)

    def _parameters(self, seed: int) -> dict[str, Any]:
        s = self.settings
        several = len(self.classes_) > 2
        return {
            "objective": "multiclass" if several else "binary",
            **({"num_class": len(self.classes_)} if several else {}),
            "learning_rate": s.learning_rate,
            "num_leaves": s.leaves,
            "min_data_in_leaf": s.min_leaf,
            "feature_fraction": s.feature_share,
            "bagging_fraction": s.bagging_share,
            "bagging_freq": 1,
            "lambda_l2": s.l2,
            "max_bin": s.bins,
            "num_threads": s.threads,
            "seed": seed,
            "deterministic": True,
            "force_row_wise": True,
            "verbosity": -1,
        }


def create(settings: LightGBMSettings | None = None) -> LightGBM:
    """Make an unfitted classifier."""
    return LightGBM(settings)


def from_text(text: str, names: Sequence[str], classes: Sequence[str]) -> LightGBM:
    """Read trees that were written with `LightGBM.to_text`.

    Raises
    ------
    ModelError
        If the text is damaged, hostile, or of other features or classes.
    """
    check_booster_text(text, len(names), len(classes))
    method = LightGBM()
    method.names_, method.classes_ = tuple(names), tuple(classes)
    method._text, method._booster = text, _booster(text)
    return method


def _booster(text: str) -> Any:
    import lightgbm

    return lightgbm.Booster(model_str=text)
