"""Labels that are a model's own guesses, and labels older than the tracks."""

from __future__ import annotations

import math
import os
import shutil
from pathlib import Path

import pytest

from classifiers.actions import Action, write_actions_csv
from posetrail.action_measures import measure_actions
from posetrail.label_doubts import label_doubts
from posetrail.training_material import gather
from tests.scenes import Walker, film, straight, times
from tests.unit.posetrail.test_retracking import call
from tracker.formats import openpose_json
from tracker.tracking import track

GUESSES = [Action(1, at, at + 0.3, at + 0.1, "wave", 0.8) for at in (0.2, 0.7, 1.2)]


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run whose actions.csv came from a model of an earlier version, which noted no hash."""
    table, _ = film([Walker(straight(100, 300, 90))], times("30", 2))
    openpose_json.write(tmp_path / "match", track(table))
    folder = tmp_path / "run"
    call("track", tmp_path / "match", "-o", folder, "--fps", "30")
    text = (folder / "run.json").read_text().replace('"actions_sha256"', '"unknown"')
    (folder / "run.json").write_text(text)
    write_actions_csv(folder / "actions.csv", GUESSES)
    return folder


def test_guesses_that_nobody_changed_are_counted(run: Path) -> None:
    labels = run / "labels.csv"
    shutil.copy(run / "actions.csv", labels)
    text = labels.read_text().replace("0.7000,1.0000", "0.7500,1.0000")
    labels.write_text(text)
    (doubt,) = label_doubts(gather([run]))
    assert doubt.startswith("2 of 3 labels are guesses that nobody changed")
    measured = measure_actions([run], [], tolerances_s=(0.5,), nothing="idle")
    assert doubt in measured.notes
    write_actions_csv(
        labels, [Action(1, 0.25, 0.6, math.nan, "wave", math.nan), Action(1, 0.7, 1, 0.8, "b", 1)]
    )
    assert label_doubts(gather([run])) == []


def test_guesses_are_known_by_why_when_the_model_has_spoken_again(run: Path) -> None:
    call("label", run)
    write_actions_csv(run / "actions.csv", [Action(1, 0.3, 0.6, 0.4, "wave", 0.8)])
    (doubt,) = label_doubts(gather([run]))
    assert doubt.startswith("3 of 3 labels are guesses that nobody changed")
    labels = run / "labels.csv"
    labels.write_text(labels.read_text().replace(",wave,", ",nod,", 1))
    (doubt,) = label_doubts(gather([run]))
    assert doubt.startswith("2 of 3 labels")


def test_a_table_corrected_in_its_place_is_nobodys_guess(run: Path) -> None:
    text = (run / "run.json").read_text().replace('"unknown"', '"actions_sha256"')
    (run / "run.json").write_text(text)
    assert label_doubts(gather([run / "actions.csv", run])) == []


def test_labels_older_than_the_tracks_are_said_so(run: Path) -> None:
    labels = run / "labels.csv"
    write_actions_csv(labels, [Action(1, 0.25, 0.6, math.nan, "wave", math.nan)])
    assert label_doubts(gather([run])) == []
    hour_ago = labels.stat().st_mtime - 3600
    os.utime(labels, (hour_ago, hour_ago))
    (doubt,) = label_doubts(gather([run]))
    assert doubt == f"{labels} is older than the tracks of its run: the IDs may have changed since."
