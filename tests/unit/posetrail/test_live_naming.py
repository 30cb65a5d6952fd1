"""Actions named live through the command line: what a live recogniser would have told."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from classifiers.actions import read_actions_csv, write_actions_csv
from classifiers.live_actions import recognise_live
from classifiers.model import ActionModel
from posetrail.config import ActionSettings, load_config
from posetrail.progress import Silent
from posetrail.recognition import chosen_action_model, load_action_model
from posetrail.retracking import track_recording
from posetrail.run_folder import open_run
from posetrail.training import train
from posetrail.training_material import gather
from posetrail.training_output import write_trained
from tests.unit.classifiers.test_live import _lifting
from tests.unit.posetrail.test_retracking import call
from tracker.errors import UsageError
from tracker.formats import coco_results
from tracker.skeleton import COCO17
from tracker.tracks import Tracks

ROI = "tracking.roi=[[0, 0], [9, 0], [9, 9]]"


@pytest.fixture(scope="module")
def run_and_model(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ActionModel]:
    root = tmp_path_factory.mktemp("live")
    for seed in (1, 2):
        recording = _lifting(seed)
        _make_run(root / f"v{seed}", recording.tracks)
        write_actions_csv(root / f"v{seed}" / "labels.csv", recording.labels)
    material = gather([root / "v1", root / "v2"])
    write_trained(train(material, "lifts", load_config(), Silent()), root / "lifts")
    _make_run(root / "new", _lifting(9).tracks)
    return root / "new", ActionModel.load(root / "lifts")


def _make_run(folder: Path, tracks: Tracks) -> None:
    xy = np.full((len(tracks), len(COCO17), 2), np.nan, np.float32)
    for name in tracks.skeleton.keypoints:
        xy[:, COCO17.index(name)] = tracks.xy[:, tracks.skeleton.index(name)] + 300
    score = np.where(np.isfinite(xy[..., 0]), np.float32(0.9), np.float32(np.nan))
    whole = Tracks(COCO17, tracks.frame, tracks.time, tracks.track_id, xy, score, tracks.state)
    poses = folder.parent / f"{folder.name}.json"
    coco_results.write(poses, whole)
    track_recording(poses, folder, load_config(), fps=30.0)


def test_predict_live_writes_what_the_live_recogniser_tells_and_says_so(
    run_and_model: tuple[Path, ActionModel],
) -> None:
    folder, model = run_and_model
    path = str(folder.parent / "lifts")
    assert "looking only back" in call("predict", folder, "--model", path, "--live")
    found = read_actions_csv(folder / "actions.csv")
    expected = recognise_live(open_run(folder).tracks, model)
    assert len(found) >= 5
    assert [(each.label, each.start_frame, each.end_frame) for each in found] == [
        (each.label, each.start_frame, each.end_frame) for each in expected
    ]
    info = json.loads((folder / "run.json").read_text())
    assert info["config"]["actions"]["live"] is True


def test_without_live_the_whole_track_counts_again(
    run_and_model: tuple[Path, ActionModel],
) -> None:
    folder, _ = run_and_model
    path = str(folder.parent / "lifts")
    times = []
    for options in (["--live"], []):
        call("predict", folder, "-m", path, *options)
        times.append([each.start_s for each in read_actions_csv(folder / "actions.csv")])
    assert times[0] != times[1]
    assert json.loads((folder / "run.json").read_text())["config"]["actions"]["live"] is False


def test_a_model_of_falls_is_refused_before_anything_runs() -> None:
    assert chosen_action_model(ActionSettings(model="falls")) is not None
    with pytest.raises(UsageError, match="cannot be used live"):
        chosen_action_model(ActionSettings(model="falls", live=True))
    assert load_action_model("falls").card.kind != "actions"


def test_a_run_stays_live_until_it_is_told_not_to_be(
    run_and_model: tuple[Path, ActionModel],
) -> None:
    folder, _ = run_and_model
    call("predict", folder, "-m", folder.parent / "lifts", "--live")
    assert "--no-live" in call("predict", folder)
    assert "looking only back" not in call("predict", folder, "--no-live")
    assert json.loads((folder / "run.json").read_text())["config"]["actions"]["live"] is False


def test_falls_are_refused_before_any_run_is_named_anew(
    run_and_model: tuple[Path, ActionModel],
) -> None:
    folder, _ = run_and_model
    other = folder.parent / "v1"
    path = folder.parent / "lifts"
    call("predict", folder, other, "-m", path, "--no-live")
    info = json.loads((other / "run.json").read_text())
    info["config"]["actions"].update(model="falls", live=True)
    (other / "run.json").write_text(json.dumps(info))
    before = (folder / "run.json").read_bytes()
    with pytest.raises(UsageError, match="cannot be used live") as refusal:
        call("predict", folder, other, "--set", "actions.handedness=left")
    assert "--no-live" in str(refusal.value.hint)
    assert (folder / "run.json").read_bytes() == before


@pytest.mark.parametrize(
    "options", [("--people", "2"), ("--skip", "auto"), ("--skip", "3"), ("--set", ROI)]
)
def test_what_looks_ahead_does_not_go_with_live(options: tuple[str, str]) -> None:
    with pytest.raises(UsageError, match="does not go with --live"):
        call("run", "missing.mp4", "--live", *options)
