from __future__ import annotations

import re
from functools import cache

import numpy as np
import pytest

from classifiers.boosters import check_booster_text
from classifiers.methods.lightgbm import LightGBM, LightGBMSettings, from_text
from tracker.errors import ModelError


@cache
def good_text() -> str:
    rng = np.random.default_rng(0)
    matrix = rng.normal(size=(400, 4)).astype(np.float32)
    labels = np.array(["a", "b", "c"])[(matrix[:, 0] > 0).astype(int) + (matrix[:, 1] > 0)]
    settings = LightGBMSettings(rounds=3, leaves=5, feature_share=1.0)
    return LightGBM(settings).fit(matrix, labels, ["p", "q", "r", "s"]).to_text()


def changed(pattern: str, replacement: str) -> str:
    text, count = re.subn(pattern, replacement, good_text(), count=1, flags=re.MULTILINE)
    assert count == 1
    return text


def test_our_own_text_is_accepted() -> None:
    check_booster_text(good_text(), 4, 3)


@pytest.mark.parametrize(
    ("pattern", "replacement"),
    [
        (r"^left_child=\S+", "left_child=0"),
        (r"^left_child=\S+", "left_child=999999"),
        (r"^right_child=\S+", "right_child=-100000"),
        (r"^split_feature=\S+", "split_feature=4"),
        (r"^split_feature=\S+", "split_feature=-1"),
        (r"^num_leaves=5", "num_leaves=6"),
        (r"^num_leaves=5", "num_leaves=2000000000"),
        (r"^num_cat=0", "num_cat=1"),
        (r"^is_linear=0", "is_linear=1"),
        (r"^threshold=\S+", "threshold=nan"),
        (r"^leaf_value=\S+", "leaf_value=1e999"),
        (r"^decision_type=\d+", "decision_type=1"),
        (r"^num_class=3", "num_class=300000"),
        (r"^max_feature_idx=3", "max_feature_idx=70000"),
        (r"^objective=.*", "objective=custom /etc/passwd"),
        (r"^Tree=1$", "Tree=7"),
        (r"^version=v4", "version=v4\naverage_output"),
        (r"^version=v4", "version=v4\nforcedsplits_filename=/etc/passwd"),
        (r"end of trees\n", ""),
        (r"end of trees\n", "end of trees\nparameters:\n"),
        (r"^feature_infos=\S+", "feature_infos=x"),
    ],
)
def test_hostile_changes_are_refused(pattern: str, replacement: str) -> None:
    with pytest.raises(ModelError, match="damaged"):
        check_booster_text(changed(pattern, replacement), 4, 3)


def test_every_truncation_is_refused() -> None:
    text = good_text()
    for length in range(0, len(text) - 1, 97):
        with pytest.raises(ModelError):
            check_booster_text(text[:length], 4, 3)


def test_other_features_or_classes_are_refused() -> None:
    with pytest.raises(ModelError, match="max_feature_idx"):
        check_booster_text(good_text(), 5, 3)
    with pytest.raises(ModelError, match="num_class"):
        check_booster_text(good_text(), 4, 4)


def test_it_is_no_pickle_and_no_binary() -> None:
    with pytest.raises(ModelError, match="ASCII"):
        check_booster_text("\x80\x04\x95é", 4, 3)


@pytest.mark.parametrize("classes", [2, 3])
def test_bags_are_the_mean_of_boosters_of_their_own_seeds(classes: int) -> None:
    rng = np.random.default_rng(0)
    matrix = rng.normal(size=(400, 4)).astype(np.float32)
    numbers = (matrix[:, 0] > 0).astype(int) + (matrix[:, 1] > 0)
    labels = np.array(["a", "b", "c"])[np.minimum(numbers, classes - 1)]
    names = ["p", "q", "r", "s"]
    settings = LightGBMSettings(rounds=6, min_leaf=5, seed=4)
    bagged = LightGBM(settings.model_copy(update={"bags": 3})).fit(matrix, labels, names)
    single = [
        LightGBM(settings.model_copy(update={"seed": seed})).fit(matrix, labels, names)
        for seed in (4, 5, 6)
    ]
    scores = [np.log(each.predict_proba(matrix, names)) for each in single]
    expected = np.exp(np.mean([score - score[:, :1] for score in scores], axis=0))
    expected /= expected.sum(axis=1, keepdims=True)
    found = bagged.predict_proba(matrix, names)
    np.testing.assert_allclose(found, expected, atol=1e-5)
    assert np.abs(found - single[0].predict_proba(matrix, names)).max() > 0.01
    again = from_text(bagged.to_text(), names, bagged.classes_)
    np.testing.assert_array_equal(again.predict_proba(matrix, names), found)
    assert sum(bagged.importance_.values()) == pytest.approx(1)
