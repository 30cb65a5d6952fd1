"""What every classifier in classifiers/methods must do."""

from __future__ import annotations

import numpy as np
import pytest

from classifiers.method import Method
from tracker.errors import ModelError
from tracker.plugins import load_plugin, plugin_names

METHODS = plugin_names("classifiers.methods")
NAMES = ("speed", "height", "noise")


def data(classes: int, rows: int = 300) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(classes)
    labels = rng.integers(0, classes, rows)
    matrix = rng.normal(size=(rows, 3)).astype(np.float32)
    matrix[:, 0] += 3 * labels
    matrix[rng.random(matrix.shape) < 0.05] = np.nan
    return matrix, np.array(["ace", "bow", "cut", "dig"])[labels]


def fitted(name: str, classes: int) -> Method:
    matrix, labels = data(classes)
    method: Method = load_plugin("classifiers.methods", name).create()
    return method.fit(matrix, labels, NAMES, validation=(matrix[:50], labels[:50]))


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("classes", [2, 4])
def test_it_learns_and_gives_probabilities(name: str, classes: int) -> None:
    method = fitted(name, classes)
    matrix, labels = data(classes)
    probabilities = method.predict_proba(matrix, NAMES)
    assert probabilities.shape == (len(matrix), classes)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    right = np.array(method.classes_)[probabilities.argmax(axis=1)] == labels
    assert right.mean() > 0.8


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("classes", [2, 4])
def test_text_and_back_gives_the_same_numbers(name: str, classes: int) -> None:
    method = fitted(name, classes)
    again = load_plugin("classifiers.methods", name).from_text(
        method.to_text(), NAMES, method.classes_
    )
    matrix, _ = data(classes)
    np.testing.assert_array_equal(
        method.predict_proba(matrix, NAMES), again.predict_proba(matrix, NAMES)
    )


@pytest.mark.parametrize("name", METHODS)
def test_other_names_or_another_order_are_refused(name: str) -> None:
    method = fitted(name, 2)
    matrix, _ = data(2)
    with pytest.raises(ModelError, match="'speed', found 'height'"):
        method.predict_proba(matrix, ("height", "speed", "noise"))
    with pytest.raises(ModelError, match="3 features, found 2"):
        method.predict_proba(matrix[:, :2], NAMES[:2])


@pytest.mark.parametrize("name", METHODS)
def test_the_same_seed_gives_the_same_model(name: str) -> None:
    assert fitted(name, 4).to_text() == fitted(name, 4).to_text()


@pytest.mark.parametrize("name", METHODS)
def test_nothing_to_predict_is_no_error(name: str) -> None:
    method = fitted(name, 4)
    assert method.predict_proba(np.empty((0, 3), np.float32), NAMES).shape == (0, 4)
