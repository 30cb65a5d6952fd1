"""The scripts that judge the shipped models, on data laid out oddly, in part damaged, or missing."""

from __future__ import annotations

import json
import sys
import tarfile
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from features.joints import ACTION13
from tracker.errors import EvaluationError, FormatError
from tracker.skeleton import COCO17

Capture = pytest.CaptureFixture[str]
SCRIPTS = ("evaluate_falls", "evaluate_tennis_matches", "evaluate_tennis_swing", "evaluate_thetis")
MATCH_COLUMNS = [f"{joint}_{axis}" for joint in ACTION13.keypoints for axis in "yx"]


def judge(
    script: str, *arguments: str | Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> tuple[list[str], str]:
    """Run a script as its main program does; its lines of output, and of errors."""
    monkeypatch.setattr(sys, "argv", [script, *map(str, arguments)])
    import_module(script).main()
    printed = capsys.readouterr()
    return printed.out.splitlines(), printed.err


def write_clips(folder: Path, shots: tuple[str, ...], frames: int = 30) -> None:
    folder.mkdir(parents=True)
    rng = np.random.default_rng(1)
    for number, shot in enumerate(shots):
        places = rng.uniform(0.2, 0.8, (frames, len(MATCH_COLUMNS)))
        table = pd.DataFrame(places, columns=MATCH_COLUMNS).assign(shot=shot)
        table.to_csv(folder / f"Aufschlag ü {number}.csv", index=False)


@pytest.mark.parametrize("script", SCRIPTS)
def test_what_is_missing_is_one_line_that_names_what_was_expected(
    script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    for data in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(FormatError, match=r"should hold .*(CSV|csv|tar)") as caught:
            judge(script, "--data", data, monkeypatch=monkeypatch, capsys=capsys)
        assert str(data) in str(caught.value)
        assert "\n" not in str(caught.value)


def test_an_error_is_no_traceback(capsys: Capture) -> None:
    def fails() -> None:
        raise EvaluationError("expected this", hint="Do that.")

    with pytest.raises(SystemExit) as caught:
        import_module("action_data.reporting").run(fails)
    assert caught.value.code == EvaluationError.exit_code
    assert capsys.readouterr().err == "expected this Do that.\n"


def test_damaged_clips_are_counted_and_the_others_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    write_clips(tmp_path / "mätch" / "Nadal 2", ("serve", "forehand", "neutral", "lob"))
    damaged = tmp_path / "mätch" / "Nadal 2"
    (damaged / "empty.csv").write_bytes(b"")
    (damaged / "binary.csv").write_bytes(bytes(range(256)))
    (damaged / "columns.csv").write_text("a,b\n1,2\n")
    report = tmp_path / "größe.json"
    lines, errors = judge(
        *("evaluate_tennis_matches", "--data", f"{tmp_path / 'mätch'}/", "--json", report),
        monkeypatch=monkeypatch,
        capsys=capsys,
    )
    assert "skipped 3 of 7" in errors
    assert "empty.csv" in errors
    assert any("not in this data" in line and "backhand" in line for line in lines)
    assert any("does not know" in line and line.endswith("lob") for line in lines)
    assert lines[-1].startswith("result accuracy ")
    assert lines[-1].endswith(" n 4")
    assert json.loads(report.read_text())["n"] == 4


def test_the_folder_of_one_match_will_do_but_not_for_leaving_one_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    write_clips(tmp_path / "final", ("serve", "backhand"), frames=21)
    match = ("evaluate_tennis_matches", "--data", tmp_path / "final")
    lines, _ = judge(*match, monkeypatch=monkeypatch, capsys=capsys)
    assert lines[0].startswith("final: accuracy")
    with pytest.raises(EvaluationError, match="two matches"):
        judge(*match, "--cross-validate", monkeypatch=monkeypatch, capsys=capsys)


def test_falls_of_one_class_and_another_name_are_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    still = np.tile(np.random.default_rng(1).uniform(0.3, 0.7, (1, 1, 51)), (3, 90, 1))
    still[..., 2::3] = 0.9
    np.save(tmp_path / "test_data.npy", still)
    np.save(tmp_path / "test_labels.npy", np.ones((3, 1), np.int64))
    lines, _ = judge("evaluate_falls", "--data", tmp_path, monkeypatch=monkeypatch, capsys=capsys)
    assert lines[-1] == "result accuracy 1.0000 macro_f1 1.0000 n 3 specificity 1.0000"
    assert any("not in this data" in line and line.endswith("fall") for line in lines)


def test_labels_of_another_number_are_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "GRUdata.npy", np.zeros((3, 30, 3 * len(COCO17))))
    np.save(tmp_path / "GRUlabels.npy", np.zeros(2))
    with pytest.raises(FormatError, match=r"holds 3 items, GRUlabels\.npy 2"):
        import_module("action_data.falls").read(tmp_path)


def test_one_of_two_tables_of_found_footage_will_do(tmp_path: Path) -> None:
    falls = import_module("action_data.falls")
    rows = [[*[5.0] * 63, f"{clip}_{frame:03d}_keypoints"] for clip in "ab" for frame in range(9)]
    pd.DataFrame(rows).to_csv(tmp_path / "test_notfall.csv", index=False, header=False)
    clips = falls.read(tmp_path)
    assert [(clip.name, clip.labels[0].label) for clip in clips] == [
        ("other/a", "other"),
        ("other/b", "other"),
    ]


@pytest.mark.parametrize(
    ("name", "label"),
    [("forehand", "forehand"), ("Test_backslice_2", "backhand_slice")],
)
def test_a_swings_class_is_found_in_a_longer_name(name: str, label: str) -> None:
    assert import_module("action_data.tennis_swing")._swing(name) == label


def test_a_swing_without_a_class_says_which_there_are() -> None:
    with pytest.raises(ValueError, match="forehand, backhand, foreslice"):
        import_module("action_data.tennis_swing")._swing("video1")


def test_damaged_captures_are_left_out_and_a_cut_archive_is_told(
    tmp_path: Path, capsys: Capture
) -> None:
    thetis = import_module("action_data.thetis")
    text = tmp_path / "p1.txt"
    text.write_text("\n".join(["1 2 3"] * 15 * 20))
    (tmp_path / "p2.txt").write_text("1 2 3\n")
    with tarfile.open(tmp_path / "any.tar.gz", "w:gz") as tar:
        for person in ("p1", "p2"):
            tar.add(tmp_path / f"{person}.txt", f"./kinect/ONI_A/backhand/{person}.txt")
    (capture,) = thetis.read(tmp_path / "any.tar.gz")
    assert (capture.person, capture.stroke) == ("ONI_A/p1", "backhand")
    assert "skipped 1 of 2" in capsys.readouterr().err
    with tarfile.open(tmp_path / "any.tar.gz") as tar:
        tar.extractall(tmp_path / "unpacked", filter="data")
    for folder in (tmp_path, tmp_path / "unpacked"):
        assert [each.person for each in thetis.read(folder)] == ["ONI_A/p1"]
    whole = (tmp_path / "any.tar.gz").read_bytes()
    (tmp_path / "cut.tar.gz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(FormatError, match="should hold a tar archive"):
        thetis.read(tmp_path / "cut.tar.gz")
