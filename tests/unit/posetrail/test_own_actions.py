"""The user's own actions: from recorded poses through label, train, predict and eval."""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path

import numpy as np
import pytest

from classifiers.actions import Action, read_actions_csv, write_actions_csv
from classifiers.evaluation import scores
from classifiers.labels import read_labels
from classifiers.model import ActionModel
from classifiers.training_report import report_text
from posetrail.action_measures import measure_actions
from posetrail.cli import build_app
from posetrail.config import ActionSettings, load_config
from posetrail.labelling import label_runs
from posetrail.naming import name_again
from posetrail.progress import Silent
from posetrail.recognition import lasting_name, load_action_model
from posetrail.retracking import track_recording
from posetrail.run_folder import open_run
from posetrail.training import train
from posetrail.training_material import gather
from posetrail.training_output import output_paths, write_trained
from tracker.errors import LabelError, ModelError, OutputError, UsageError
from tracker.formats import coco_results
from tracker.skeleton import COCO17
from tracker.tracks import Tracks

RATE = 15.0
SECONDS = 22.0
_BODY = {
    "nose": (0, -60), "shoulder": (20, -40), "elbow": (25, -10), "wrist": (25, 20),
    "hip": (12, 20), "knee": (12, 60), "ankle": (12, 100), "eye": (4, -64), "ear": (8, -62),
}  # fmt: skip


def _standing() -> np.ndarray:
    places = []
    for joint in COCO17.keypoints:
        side, _, part = joint.partition("_")
        x, y = _BODY[part or side]
        places.append((-x if side == "right" else x, y))
    return np.array(places, np.float32)


def _make_run(folder: Path, seed: int) -> list[Action]:
    """A person who lifts the right arm and the left arm in turn, as recorded poses and as a run."""
    rng = np.random.default_rng(seed)
    time = np.arange(int(SECONDS * RATE)) / RATE
    xy = _standing() * rng.uniform(0.8, 1.5) + 300 + rng.normal(0, 0.5, (len(time), 17, 2))
    labels = []
    for number, start in enumerate(np.arange(2.0, SECONDS - 2, 4.0)):
        side = "right" if number % 2 else "left"
        lift = np.sin(np.clip((time - start) * np.pi, 0, np.pi))
        xy[:, COCO17.index(f"{side}_wrist"), 1] -= 100 * lift
        labels.append(Action(1, start, start + 1.0, math.nan, f"{side} up", math.nan))
    score = np.full(xy.shape[:2], 0.9, np.float32)
    rows, ids = len(time), np.ones(len(time), np.int64)
    tracks = Tracks(
        COCO17, np.arange(rows), time, ids, xy.astype(np.float32), score, np.zeros(rows, np.uint8)
    )
    poses = folder.parent / f"{folder.name}.json"
    coco_results.write(poses, tracks)
    track_recording(poses, folder, load_config(), fps=RATE)
    return labels


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    root = tmp_path_factory.mktemp("own")
    folders = [root / name for name in ("one", "two", "three")]
    for seed, folder in enumerate(folders):
        write_actions_csv(folder / "labels.csv", _make_run(folder, seed))
    return folders


@pytest.fixture(scope="module")
def model(runs: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    trained = train(gather(runs[:2]), "lifts", load_config(), Silent(), command="posetrail train")
    output = tmp_path_factory.mktemp("models") / "lifts"
    write_trained(trained, output)
    return output


def test_labels_in_the_runs_are_found_and_belong_to_them(runs: list[Path]) -> None:
    material = gather(runs)
    assert [each.name for each in material.recordings] == ["one/1", "two/1", "three/1"]
    assert {each.group for each in material.recordings} == {"one", "two", "three"}
    assert all(len(each.labels) == 5 for each in material.recordings)


def test_training_writes_model_card_report_and_figures(model: Path) -> None:
    loaded = ActionModel.load(model)
    assert loaded.classes == ("idle", "left up", "right up")
    assert loaded.card.background == "idle"
    assert len(loaded.card.trained_on) == 2
    assert loaded.card.events is not None
    assert loaded.card.events.min_s == 0.5
    report = model.with_name("lifts-report")
    assert {path.name for path in report.iterdir()} == {
        "report.md", "confusion.png", "importance.png"
    }  # fmt: skip
    text = (report / "report.md").read_text()
    assert "2 folds over 2 groups, a group being a video" in text
    assert "own labels" in model.with_suffix(".md").read_text()


def test_a_model_from_other_videos_tells_a_new_one(runs: list[Path], model: Path) -> None:
    run = open_run(runs[2])
    settings = ActionSettings(model=lasting_name(str(model)))
    actions = name_again(run, load_action_model(str(model)), settings)
    assert len(read_actions_csv(run.actions_path)) == len(actions)
    assert [action.label for action in actions] == ["left up", "right up"] * 2 + ["left up"]
    info = json.loads(run.json_path.read_text())
    assert info["action_model"]["name"] == "lifts"
    assert info["config"]["actions"]["model"] == str(model.with_suffix(".txt").absolute())
    assert info["counts"]["actions"] == 5
    measured = measure_actions([runs[2]], [], tolerances_s=(0.5,), nothing="idle").values()
    assert measured["event_f1"] == 1
    assert "trained_on" not in measured


def test_judging_on_what_was_learnt_is_said(runs: list[Path], model: Path) -> None:
    settings = ActionSettings(model=lasting_name(str(model)))
    name_again(open_run(runs[0]), load_action_model(str(model)), settings)
    measured = measure_actions([runs[0]], [], tolerances_s=(0.5,), nothing="idle")
    assert measured.values()["trained_on"] == 1
    assert any("remembers" in note for note in measured.notes)


def test_a_header_alone_says_that_nothing_happened(
    runs: list[Path], model: Path, tmp_path: Path
) -> None:
    name_again(
        open_run(runs[2]), load_action_model(str(model)), ActionSettings(model=str(model) + ".txt")
    )
    table = tmp_path / "nothing.csv"
    table.write_text("track_id,start_s,end_s,label\n")
    measured = measure_actions([runs[2]], [table], tolerances_s=(0.5,), nothing="idle").values()
    assert (measured["events"], measured["false_alarms"], measured["people"]) == (0, 5, 1)
    assert "event_f1" not in measured
    assert measured["accuracy"] < 1
    with pytest.raises(LabelError, match="has a header, but no labels"):
        gather([table, runs[2]])
    with pytest.raises(LabelError, match="of which of 2 runs"):
        measure_actions(runs[1:], [table], tolerances_s=(0.5,), nothing="idle")


def test_labels_that_the_model_cannot_say_are_named(
    runs: list[Path], model: Path, tmp_path: Path
) -> None:
    name_again(
        open_run(runs[2]), load_action_model(str(model)), ActionSettings(model=str(model) + ".txt")
    )
    table = tmp_path / "labels.csv"
    table.write_text("track_id,start_s,end_s,label\n1,2,3,Left up\n1,6,7,left up\n1,9,9,idle\n")
    measured = measure_actions([runs[2], table], [], tolerances_s=(0.5,), nothing="idle")
    assert "the model has no class 'Left up'. Did you mean 'left up'?" in measured.notes
    assert "'Left up' and 'left up' are different classes: was one meant?" in measured.notes
    assert len(measured.notes) == 2


def test_a_quiet_run_is_judged_beside_a_labelled_one(
    runs: list[Path], model: Path, tmp_path: Path
) -> None:
    quiet = tmp_path / "quiet"
    shutil.copytree(runs[1], quiet)
    (quiet / "labels.csv").write_text("track_id,start_s,end_s,label\n")
    settings = ActionSettings(model=str(model) + ".txt")
    for folder in (quiet, runs[2]):
        name_again(open_run(folder), load_action_model(str(model)), settings)
    measured = measure_actions([quiet, runs[2]], [], tolerances_s=(0.5,), nothing="idle").values()
    assert (measured["events"], measured["false_alarms"], measured["people"]) == (5, 5, 2)


def test_one_video_gives_a_model_but_no_figure(runs: list[Path]) -> None:
    trained = train(gather(runs[:1]), "one", load_config(), Silent())
    assert trained.facts.judged is None
    assert trained.facts.split.startswith("No figure: All labels are of one group")
    assert "accuracy" not in trained.model.card.figures


def test_the_commonest_class_is_measured_on_the_same_labels(runs: list[Path]) -> None:
    trained = train(gather(runs), "base", load_config(), Silent())
    judged = trained.facts.judged
    assert judged is not None
    assert "idle" in judged.truth  # and always saying the commonest class misses it
    (row,) = [line for line in report_text(trained.facts).splitlines() if "| macro-F1" in line]
    majority = scores(judged.truth, judged.majority).macro_f1
    assert row == f"| macro-F1 of labels | {judged.labels.macro_f1:.3f} | {majority:.3f} |"


def test_a_declared_split_in_time_is_named(runs: list[Path]) -> None:
    trained = train(gather(runs), "cut", load_config(), Silent(), time_split=0.6)
    assert trained.facts.judged is not None
    assert "A split in time within each video" in trained.facts.split
    assert trained.model.card.figures["time_split"] == 0.6


def test_suggestions_find_the_arms_and_are_labels_once_edited(
    runs: list[Path], tmp_path: Path
) -> None:
    output = tmp_path / "labels.csv"
    ((path, count, guesses),) = label_runs([runs[1]], output=output, arm_speed=2.0)
    assert path == output
    assert (count, guesses) == (5, 0)
    rows = read_labels(output)
    truth = np.array([start + 0.5 for start in np.arange(2.0, SECONDS - 2, 4.0)])
    assert all(np.abs(truth - (row.start_s + row.end_s) / 2).min() < 0.6 for row in rows)
    assert all(row.label == "?" and row.videos == ("two",) for row in rows)
    with pytest.raises(OutputError, match="perhaps with your edits"):
        list(label_runs([runs[1]], output=output))
    edited = output.read_text().replace("?", "up", 3)
    output.write_text(edited)
    material = gather([output, runs[1]])
    assert len(material.recordings[0].labels) == 3
    assert len(material.undecided["two/1"]) == 2


@pytest.mark.parametrize(
    ("column", "values", "groups"),
    [("match", ["m1", "m1", "m2"], {"m1", "m2"}), ("person", ["", "", ""], None)],
)
def test_groups_are_videos_people_or_a_column(
    runs: list[Path], tmp_path: Path, column: str, values: list[str], groups: set[str] | None
) -> None:
    table = tmp_path / "all.csv"
    lines = [f"{run.name},1,2.0,3.0,up,{value}" for run, value in zip(runs, values, strict=True)]
    table.write_text("video,track_id,start_s,end_s,label,match\n" + "\n".join(lines) + "\n")
    material = gather([table, *runs], group_by=column)
    expected = groups or {f"{run.name}/1" for run in runs}
    assert {each.group for each in material.recordings} == expected
    with pytest.raises(LabelError, match=r"no column 'macth' to group by\. Did you mean 'match'"):
        gather([table, *runs], group_by="macth")


def test_a_hand_column_makes_a_model_of_hands(runs: list[Path], tmp_path: Path) -> None:
    table = tmp_path / "hands.csv"
    table.write_text(
        "video,track_id,start_s,end_s,label,hand\none,1,2,3,up,left\ntwo,1,2,3,up,right\n"
    )
    material = gather([table, *runs[:2]])
    assert material.handed
    assert [each.hand for each in material.recordings] == ["left", "right"]
    table.write_text(table.read_text().replace("two,1,2,3,up,right", "one,1,6,7,up,right"))
    with pytest.raises(LabelError, match="right-handed and left-handed"):
        gather([table, *runs[:2]])
    table.write_text(table.read_text().replace("right", "both"))
    with pytest.raises(LabelError, match="right or left, found 'both'"):
        gather([table, *runs[:2]])


def test_arguments_that_do_not_go_together(runs: list[Path], tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no run among"):
        gather([runs[0] / "labels.csv"])
    assert len(gather([runs[0], runs[0]]).recordings) == 1
    shutil.copytree(runs[0], tmp_path / "one")
    with pytest.raises(UsageError, match="Two runs are called one"):
        gather([runs[0], tmp_path / "one"])
    bare = tmp_path / "bare"
    _make_run(bare, 5)
    with pytest.raises(UsageError, match=r"no run has a labels\.csv"):
        gather([bare])
    with pytest.raises(OutputError, match="without dots"):
        output_paths(Path("v1.2"))
    with pytest.raises(ModelError, match=r"no action model 'tennis-stroke'\. Did you mean"):
        load_action_model("tennis-stroke")


def test_one_class_without_background_cannot_be_learnt(runs: list[Path], tmp_path: Path) -> None:
    table = tmp_path / "one.csv"
    table.write_text("track_id,start_s,end_s,label\n1,2,3,up\n")
    config = load_config(overrides={"training.background.ratio": 0})
    with pytest.raises(LabelError, match="two classes or more, found up"):
        train(gather([table, runs[0]]), "x", config, Silent())


def _posetrail(capsys: pytest.CaptureFixture[str], *words: str | Path) -> list[str]:
    capsys.readouterr()
    build_app()([str(word) for word in words], standalone_mode=False)
    return capsys.readouterr().out.splitlines()


def test_the_whole_way_through_the_command_line(
    runs: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    labels = tmp_path / "start.csv"
    told = _posetrail(capsys, "label", runs[0], "--output", labels, "--arm-speed", "2")
    assert told[0].startswith(f"{labels}: 5 moments, ")
    tables = [run / "labels.csv" for run in runs]
    model, figures = tmp_path / "mine", tmp_path / "figures.json"
    told = _posetrail(
        capsys, "train", *tables, *runs, "--output", model, "--folds", "3", "--json", figures
    )
    assert told[-1].startswith("result accuracy ")
    values = json.loads(figures.read_text())
    assert values["n"] == 15
    assert values["accuracy"] > 0.9
    with pytest.raises(OutputError, match="exists already"):
        _posetrail(capsys, "train", *runs, "--output", model)
    assert (
        "5 actions of 1 people (mine)"
        in _posetrail(capsys, "predict", runs[1], "--model", model)[0]
    )
    told = _posetrail(capsys, "eval", "actions", runs[1], "--json", figures)
    assert told[-1].startswith("result accuracy ")
    assert json.loads(figures.read_text())["trained_on"] == 1


def test_a_run_against_itself_is_perfect(runs: list[Path], model: Path, tmp_path: Path) -> None:
    run = open_run(runs[1])
    settings = ActionSettings(model=lasting_name(str(model)))
    name_again(run, load_action_model(str(model)), settings)
    itself = shutil.copy(run.actions_path, tmp_path / "self.csv")
    measured = measure_actions([runs[1]], [Path(itself)], tolerances_s=(0.0,), nothing="idle")
    figures = measured.values()
    assert figures["event_f1"] == figures["accuracy"] == figures["macro_f1"] == 1.0
