from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from classifiers.actions import hands_of
from classifiers.card import ActionCard
from classifiers.methods.lightgbm import LightGBM, LightGBMSettings
from classifiers.model import ActionModel, calibrated
from classifiers.recognition import RecognitionSettings, recognise
from classifiers.recordings import one_person
from features.feature_set import FeatureSet
from features.joints import ACTION13
from features.mirroring import mirrored
from features.upright import neck_over_lowest
from features.windows import WindowSettings, cut_windows
from tracker.errors import ModelError
from tracker.skeleton import COCO18
from tracker.tracks import Tracks

WINDOW = WindowSettings()
FEATURES = FeatureSet(ACTION13, WINDOW.samples, ["positions", "statistics"])


def waving(fast_from: float, fast_to: float, rate: float = 30.0) -> Tracks:
    """Somebody who waves the right wrist for a while and stands still otherwise."""
    time = np.arange(int(4 * rate)) / rate
    body = np.random.default_rng(1).normal(0, 40, (len(ACTION13), 2))
    xy = np.repeat(body[None], len(time), axis=0)
    waves = (time >= fast_from) & (time <= fast_to)
    xy[waves, ACTION13.index("right_wrist"), 1] += 60 * np.sin(40 * time[waves])
    return one_person(ACTION13, xy.astype(np.float32), rate)


@pytest.fixture(scope="module")
def model() -> ActionModel:
    windows = cut_windows(waving(1.0, 3.0), WindowSettings(stride=1))
    labels = np.where((windows.time > 0.9) & (windows.time < 3.1), "wave", "idle")
    trees = LightGBM(LightGBMSettings(rounds=20, min_leaf=3, feature_share=1.0))
    trees.fit(FEATURES.matrix(windows), labels, FEATURES.names)
    card = ActionCard(
        name="waves",
        classes=trees.classes_,
        background="idle",
        joints=ACTION13.keypoints,
        window=WINDOW,
        families=("positions", "statistics"),
        features=FEATURES.names,
        model_sha256="",
    )
    return ActionModel(card, trees, FeatureSet(card.skeleton, WINDOW.samples, card.families))


def test_what_was_done_is_found_when_it_was_done(model: ActionModel) -> None:
    (action,) = recognise(waving(1.5, 2.5), model)
    assert (action.track_id, action.label) == (1, "wave")
    assert action.start_s == pytest.approx(1.5, abs=0.3)
    assert action.end_s == pytest.approx(2.5, abs=0.3)
    assert action.start_frame == pytest.approx(45, abs=9)


def test_the_hand_is_told_where_the_model_found_it(model: ActionModel) -> None:
    handed = replace(model, card=model.card.model_copy(update={"handed": True}))
    assert hands_of(recognise(waving(1.5, 2.5), model)) == {}
    assert hands_of(recognise(waving(1.5, 2.5), handed)) == {1: "right"}
    told = RecognitionSettings(handedness="right")
    assert hands_of(recognise(waving(1.5, 2.5), handed, told)) == {}


def test_another_frame_rate_changes_little(model: ActionModel) -> None:
    slow, fast = (recognise(waving(1.5, 2.5, rate), model)[0] for rate in (25.0, 60.0))
    assert slow.start_s == pytest.approx(fast.start_s, abs=0.1)


def test_nobody_does_nothing(model: ActionModel) -> None:
    assert recognise(Tracks.empty(COCO18), model) == []


def test_saved_and_loaded_it_says_the_same(model: ActionModel, tmp_path: Path) -> None:
    model.save(tmp_path / "waves")
    loaded = ActionModel.load(tmp_path / "waves.txt")
    windows = cut_windows(waving(1.0, 2.0), WINDOW)
    np.testing.assert_array_equal(loaded.probabilities(windows), model.probabilities(windows))
    assert loaded.background == model.background


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("classes", ["idle", "wave", "fly"], "num_class"),
        ("features", ["a", "b"], "not those of this version"),
        ("model_sha256", "0" * 64, "sha256"),
        ("background", "sleep", "background"),
        ("joints", ["nose"], "joints"),
        ("method", "pickle", "no 'pickle' among"),
        ("temperature", 0, "temperature"),
        ("surprise", 1, "surprise"),
        ("format", "something else", "format"),
    ],
)
def test_a_card_that_does_not_fit_is_refused(
    model: ActionModel, tmp_path: Path, field: str, value: object, message: str
) -> None:
    from tracker.errors import PosetrailError

    model.save(tmp_path / "waves")
    path = tmp_path / "waves.json"
    card = json.loads(path.read_text())
    card[field] = value
    path.write_text(json.dumps(card))
    with pytest.raises(PosetrailError, match=message):
        ActionModel.load(tmp_path / "waves.txt")


def test_missing_and_binary_files_are_model_errors(model: ActionModel, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="missing"):
        ActionModel.load(tmp_path / "nothing.txt")
    model.save(tmp_path / "waves")
    (tmp_path / "waves.txt").write_bytes(b"\x80\x04pickle")
    with pytest.raises(ModelError, match="sha256"):
        ActionModel.load(tmp_path / "waves.txt")
    (tmp_path / "waves.json").write_text("{")
    with pytest.raises(ModelError, match="damaged"):
        ActionModel.load(tmp_path / "waves.txt")


def test_calibration_keeps_the_order_and_the_sum() -> None:
    table = np.array([[0.7, 0.2, 0.1], [0.4, 0.35, 0.25]], np.float32)
    soft = calibrated(table, 2.0)
    np.testing.assert_allclose(soft.sum(axis=1), 1, rtol=1e-5)
    assert (np.argsort(soft) == np.argsort(table)).all()
    assert soft[0, 0] < 0.7 < calibrated(table, 0.5)[0, 0]


def test_who_crouches_does_nothing_where_the_card_asks_for_upright_people(
    model: ActionModel,
) -> None:
    windows = cut_windows(waving(1.0, 3.0), WINDOW)
    heights = neck_over_lowest(windows)
    free, active = model.probabilities(windows), model.probabilities(windows)[:, 0] < 0.5
    assert 5 < active.sum() < len(windows)
    low, high = (
        replace(model, card=model.card.model_copy(update={"least_upright": least}))
        for least in (heights.max() + 0.1, heights.min() - 0.1)
    )
    told = low.probabilities(windows)
    np.testing.assert_array_equal(told[active], [[1.0, 0.0]] * int(active.sum()))
    np.testing.assert_array_equal(told[~active], free[~active])
    np.testing.assert_array_equal(high.probabilities(windows), free)
    right, left = low.both_hands(windows)
    np.testing.assert_array_equal(right, told)
    np.testing.assert_array_equal(left, low.probabilities(mirrored(windows)))


def test_a_bound_on_what_no_joint_shows_is_refused(model: ActionModel, tmp_path: Path) -> None:
    model.save(tmp_path / "waves")
    path = tmp_path / "waves.json"
    card = json.loads(path.read_text())
    card["least_upright"] = 1.5
    card["joints"] = [name for name in card["joints"] if "ankle" not in name]
    path.write_text(json.dumps(card))
    with pytest.raises(ModelError, match="least_upright"):
        ActionModel.load(tmp_path / "waves.txt")
