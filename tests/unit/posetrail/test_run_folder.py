from __future__ import annotations

from pathlib import Path

import pytest

from posetrail.batch import run_folders
from posetrail.json_files import read_json, write_json
from posetrail.run_folder import Run, claim_folder, default_folder, open_run
from tracker.errors import FormatError, OutputError, UsageError


def finished(folder: Path) -> Run:
    run = claim_folder(folder, overwrite=False, resume=False)
    write_json(run.json_path, {"posetrail": "test"})
    return run


def test_an_earlier_run_is_never_written_over_silently(tmp_path: Path) -> None:
    run = finished(tmp_path / "match")
    with pytest.raises(OutputError, match=r"already holds a run\. Use --overwrite"):
        claim_folder(run.folder, overwrite=False, resume=False)
    assert run.json_path.exists()


def test_an_interrupted_run_asks_for_resume(tmp_path: Path) -> None:
    run = Run(tmp_path / "match")
    run.checkpoint_path.mkdir(parents=True)
    with pytest.raises(OutputError, match="--resume"):
        claim_folder(run.folder, overwrite=False, resume=False)
    assert claim_folder(run.folder, overwrite=False, resume=True) == run
    with pytest.raises(FormatError, match="did not finish"):
        open_run(run.folder)


def test_overwriting_removes_what_a_run_writes_and_nothing_else(tmp_path: Path) -> None:
    run = finished(tmp_path)
    run.people_path.mkdir()
    (run.people_path / "person_001.csv").touch()
    (tmp_path / "notes.txt").write_text("mine")
    (run.people_path / "mine.csv").touch()
    claim_folder(tmp_path, overwrite=True, resume=False)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["mine.csv", "notes.txt", "people"]


def test_a_folder_that_cannot_be_made_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="Cannot write"):
        claim_folder(tmp_path / "file" / "run", overwrite=False, resume=False)


def test_a_folder_that_is_no_run_is_said(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"has no run\.json"):
        open_run(tmp_path)
    finished(tmp_path / "street_pedestrians")
    with pytest.raises(FormatError, match=r"Did you mean .*street_pedestrians\?"):
        open_run(tmp_path / "street_pedestrian")
    with pytest.raises(FormatError, match=r"no folder .*zoo\.$"):
        open_run(tmp_path / "zoo")
    (tmp_path / "match.mp4").write_bytes(b"")
    with pytest.raises(FormatError, match=r"is a file, .*posetrail run .*match\.mp4"):
        open_run(tmp_path / "match.mp4")


@pytest.mark.parametrize(("text", "complaint"), [("{", "is not JSON"), ("[]", "hold an object")])
def test_a_damaged_run_json_is_said(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "run.json"
    path.write_text(text)
    with pytest.raises(FormatError, match=complaint):
        read_json(path)


def test_every_source_gets_a_folder_of_its_own() -> None:
    paths = [Path("a/match.mp4"), Path("b/match.mp4"), Path("c/other.mp4")]
    assert run_folders(paths, None) == [
        Path("runs/match"),
        Path("runs/match-2"),
        Path("runs/other"),
    ]
    assert run_folders(paths[:1], Path("out")) == [Path("out")]
    assert run_folders(paths[1:], Path("out")) == [Path("out/match"), Path("out/other")]


def test_a_number_that_another_source_has_as_its_name_is_not_given_twice() -> None:
    paths = [Path("a/match.mp4"), Path("b/match.mp4"), Path("c/match-2.mp4")]
    assert len(set(run_folders(paths, None))) == len(paths)


def test_the_folder_of_a_run_is_named_after_its_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = tmp_path / "2024.05.01"
    (images / "inner").mkdir(parents=True)
    monkeypatch.chdir(images)
    assert default_folder(Path("match.final.mp4")) == Path("runs/match.final")
    for source in (images, Path(), images / "*.png", Path("*.png")):
        assert default_folder(source) == Path("runs/2024.05.01")
    monkeypatch.chdir(images / "inner")
    assert default_folder(Path("..")) == Path("runs/2024.05.01")


def test_overwriting_and_going_on_exclude_each_other(tmp_path: Path) -> None:
    run = finished(tmp_path / "match")
    with pytest.raises(UsageError, match="exclude each other"):
        claim_folder(run.folder, overwrite=True, resume=True)
    assert run.json_path.exists()


def test_a_name_that_is_too_long_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="too long"):
        claim_folder(tmp_path / ("x" * 300), overwrite=False, resume=False)


def test_what_a_killed_run_left_half_written_is_removed(tmp_path: Path) -> None:
    run = Run(tmp_path)
    run.people_path.mkdir()
    for half in (tmp_path / ".annotated.partial-7.mp4", run.people_path / ".p.partial-7.csv"):
        half.touch()
    claim_folder(tmp_path, overwrite=False, resume=True)
    assert not list(tmp_path.rglob("*partial*"))


def test_the_checkpoint_of_a_finished_run_goes(tmp_path: Path) -> None:
    run = finished(tmp_path)
    run.checkpoint_path.mkdir()
    claim_folder(tmp_path, overwrite=False, resume=True)
    assert not run.checkpoint_path.exists()
