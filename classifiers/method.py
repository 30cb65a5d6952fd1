"""What every classifier in ``classifiers/methods`` does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from tracker.errors import ModelError

FloatArray = NDArray[np.float32]
Labels = NDArray[np.str_]


class Method(Protocol):
    """A classifier of feature vectors.

    Attributes
    ----------
    names_ : tuple of str
        Feature names in the order of the matrix's columns.
    classes_ : tuple of str
        Class names in the order of the probabilities' columns.
    """

    names_: tuple[str, ...]
    classes_: tuple[str, ...]

    def fit(
        self,
        matrix: FloatArray,
        labels: Labels,
        names: Sequence[str],
        *,
        weights: FloatArray | None = None,
        validation: tuple[FloatArray, Labels] | None = None,
    ) -> Self:
        """Learn from a matrix (windows, features) and a label per row; gives itself back."""

    def predict_proba(self, matrix: FloatArray, names: Sequence[str]) -> FloatArray:
        """Give probabilities (windows, classes); other names or another order are refused."""

    def to_text(self) -> str:
        """Write the fitted classifier as text."""


def check_names(expected: Sequence[str], found: Sequence[str]) -> None:
    """Refuse features that are not the model's own, in its order.

    Raises
    ------
    ModelError
        Naming the first difference.
    """
    if len(expected) != len(found):
        raise ModelError(
            f"The classifier knows {len(expected)} features, found {len(found)}.",
            hint="Train the model again with these features.",
        )
    for number, (known, given) in enumerate(zip(expected, found, strict=True)):
        if known != given:
            raise ModelError(
                f"Feature {number} of the classifier is {known!r}, found {given!r}.",
                hint="Train the model again with these features.",
            )
