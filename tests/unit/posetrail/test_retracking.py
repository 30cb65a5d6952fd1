"""posetrail track, eval tracks and convert, from recorded detections to figures."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from posetrail.cli import build_app
from posetrail.run_folder import OLD_VIDEO, open_run
from tests.scenes import Walker, film, straight, times
from tracker.errors import (
    EvaluationError,
    FormatError,
    OutputError,
    PosetrailError,
    TrackingError,
    UsageError,
)
from tracker.formats import openpose_json
from tracker.tracking import track

LINE = "{frame},-1,{left},{top},40,100,0.95,-1,-1,-1"


def call(*words: str | Path) -> str:
    """Run a command in this process; errors come up as they are."""
    done = CliRunner().invoke(build_app(), [str(word) for word in words])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


def sequence(folder: Path, frames: int = 30) -> Path:
    """Two people walking towards each other on different lines, as a MOTChallenge sequence."""
    folder.mkdir(parents=True)
    boxes = [(f, i, 100 + 6 * f if i == 1 else 500 - 6 * f, 50 if i == 1 else 200)
             for f in range(1, frames + 1) for i in (1, 2)]  # fmt: skip
    (folder / "det.txt").write_text(
        "\n".join(LINE.format(frame=f, left=x, top=y) for f, _, x, y in boxes)
    )
    (folder / "gt.txt").write_text(
        "\n".join(f"{f},{i},{x},{y},40,100,1,-1,-1,-1" for f, i, x, y in boxes)
    )
    (folder / "seqinfo.ini").write_text(f"[Sequence]\nframeRate=10\nseqLength={frames}\n")
    return folder / "det.txt"


def test_what_is_no_recording_is_told_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "match.mp4").write_bytes(b"")
    with pytest.raises(FormatError, match=r"is a video, .* Find them: posetrail run "):
        call("track", tmp_path / "match.mp4")
    with pytest.raises(FormatError, match=r"Did you mean .*match\.mp4"):
        call("track", tmp_path / "macth.mp4")
    (tmp_path / "run" / ".unfinished").mkdir(parents=True)
    with pytest.raises(
        FormatError, match=r"did not finish\. Repeat its posetrail run with --resume"
    ):
        call("track", tmp_path / "run")


def test_from_detections_to_figures(tmp_path: Path) -> None:
    pytest.importorskip("trackeval")
    source, run = sequence(tmp_path / "truth" / "street"), tmp_path / "runs" / "street"
    assert "2 people" in call("track", source, "--output", run)
    assert len(list((run / "people").glob("person_*.csv"))) == 2
    said = call("eval", "tracks", run, "--truth", tmp_path / "truth", "--json", tmp_path / "f.json")
    assert said.splitlines()[-1].startswith("result HOTA 100.00 AssA 100.00")
    assert json.loads((tmp_path / "f.json").read_text())["IDSW"] == 0
    assert call("eval", "tracks", run).splitlines()[-1].startswith("result fragments_per_minute")
    assert "suspicious moments" in call("track", run, "--review")
    call("convert", run, "--to", "motchallenge", "--output", tmp_path / "out.txt")
    first = (tmp_path / "out.txt").read_text().splitlines()[0].split(",")
    assert [float(value) for value in first[:7]] == [1, 1, 106, 50, 40, 100, 0.95]
    with pytest.raises(OutputError, match="exists"):
        call("convert", run, "--to", "motchallenge", "--output", tmp_path / "out.txt")


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("", EvaluationError, "gt.txt holds no boxes"),
        ("1,1,100,50,40,100,1\na,b\n", FormatError, "gt.txt, line 2: expected at least 7"),
        ("1,1,100,50,-40,100,1\n", FormatError, "gt.txt, line 1: a box of width -40"),
        ("4,7,100,50,40,100,1\n" * 2, FormatError, "gt.txt: the ID 7 stands twice in frame 4"),
    ],
)
def test_a_damaged_truth_is_one_error(
    tmp_path: Path, text: str, kind: type[PosetrailError], words: str
) -> None:
    pytest.importorskip("trackeval")
    source, run = sequence(tmp_path / "truth" / "street"), tmp_path / "runs" / "street"
    call("track", source, "--output", run)
    (source.parent / "gt.txt").write_text(text)
    with pytest.raises(kind, match=words):
        call("eval", "tracks", run, "--truth", tmp_path / "truth")


def test_what_only_recordings_need_is_refused_for_a_run(tmp_path: Path) -> None:
    source, run = sequence(tmp_path / "truth" / "street"), tmp_path / "runs" / "street"
    call("track", source, "--output", run)
    for words in (("--fps", "50"), ("--format", "motchallenge")):
        with pytest.raises(UsageError, match=f"{words[0]} is for recorded poses"):
            call("track", run, *words)
    with pytest.raises(UsageError, match="--roi expects at least three corners"):
        call("track", run, "--roi", "nan,0 0,0 0,9")


def test_edits_are_replayed_and_their_errors_name_the_line(tmp_path: Path) -> None:
    source, run = sequence(tmp_path / "street"), tmp_path / "run"
    call("track", source, "--output", run)
    (run / "edits.yaml").write_text("- drop: 2\n- {name: 1, as: Ana}\n")
    for _ in range(2):
        said = call("track", run)
        assert "1 person in" in said
        assert "1 is Ana" in said
        assert open_run(run).tracks.ids == [1]
        assert open_run(run).tracks.provenance["names"] == {"1": "Ana"}
        assert not (run / "people" / "person_002.csv").exists()
    (run / "edits.yaml").write_text("- drop: 7\n")
    with pytest.raises(TrackingError, match=r"edits\.yaml, line 1: there is no person 7"):
        call("track", run)


def test_a_damaged_edits_file_costs_no_earlier_run(tmp_path: Path) -> None:
    source, run = sequence(tmp_path / "street"), tmp_path / "run"
    call("track", source, "--output", run)
    (run / "edits.yaml").write_text("drop: 1\n")
    with pytest.raises(FormatError, match="list of edits"):
        call("track", source, "--output", run, "--overwrite")
    assert len(open_run(run).tracks.ids) == 2


def test_a_region_and_a_number_of_people(tmp_path: Path) -> None:
    source, run = sequence(tmp_path / "street"), tmp_path / "run"
    call("track", source, "--output", run, "--people", "1", "--online")
    assert len(open_run(run).tracks.ids) == 1
    assert open_run(run).info["config"]["tracking"]["online"] is True
    call("track", run, "--roi", "0,0 900,0 900,180 0,180")
    low = open_run(run).tracks
    assert low.ids == [1]
    assert np.nanmax(low.xy[..., 1]) == 150
    with pytest.raises(UsageError, match="three corners"):
        call("track", run, "--roi", "1,2 3,4")


def test_what_a_run_keeps_to_is_said_and_can_be_taken_back(tmp_path: Path) -> None:
    source, run = sequence(tmp_path / "street"), tmp_path / "run"
    call("track", source, "--output", run, "--people", "1", "--online")
    again = call("track", run)
    assert "followed live" in again
    assert "only the people who matter most are kept" in again
    assert len(open_run(run).tracks.ids) == 1
    back = call("track", run, "--no-online", "--set", "tracking.people=null")
    assert "live" not in back
    assert "are kept" not in back
    assert len(open_run(run).tracks.ids) == 2
    assert open_run(run).info["config"]["tracking"]["online"] is False


def test_recorded_openpose_needs_a_rate_and_never_overwrites_silently(tmp_path: Path) -> None:
    table, _ = film([Walker(straight(100, 300, 90)), Walker(straight(700, 300, 5))], times("30", 2))
    openpose_json.write(tmp_path / "match", track(table))
    with pytest.raises(FormatError, match="--fps"):
        call("track", tmp_path / "match", "--output", tmp_path / "run")
    call("track", tmp_path / "match", "--output", tmp_path / "run", "--fps", "30")
    run = open_run(tmp_path / "run")
    assert len(run.tracks.ids) == 2
    assert "left_elbow" in " ".join(run.person_table(1).columns)
    with pytest.raises(OutputError, match="already"):
        call("track", tmp_path / "match", "--output", tmp_path / "run", "--fps", "30")
    call("track", tmp_path / "match", "--output", tmp_path / "run", "--fps", "30", "--overwrite")


def test_what_a_video_shows_is_said_to_be_old(tmp_path: Path) -> None:
    """After tracking again, until it is drawn again."""
    table, _ = film([Walker(straight(100, 300, 90)), Walker(straight(700, 300, 5))], times("30", 2))
    openpose_json.write(tmp_path / "match", track(table))
    folder = tmp_path / "run"
    assert "posetrail draw" not in call("track", tmp_path / "match", "-o", folder, "--fps", "30")
    with pytest.raises(UsageError, match=r"recorded poses.*--source"):
        call("draw", folder)
    (folder / "annotated.mp4").touch()
    said = call("track", folder)
    assert "posetrail draw makes it anew" in said
    assert "tracked in" in said
    assert open_run(folder).info["warnings"] == [OLD_VIDEO]


@pytest.mark.parametrize("text", ["", "1,-1,0,0,5\n", "nonsense"])
def test_bad_recordings_are_one_error(text: str, tmp_path: Path) -> None:
    (tmp_path / "det.txt").write_text(text)
    if text:
        with pytest.raises(PosetrailError, match=r"det\.txt"):
            call("track", tmp_path / "det.txt", "--output", tmp_path / "run", "--fps", "25")
        return
    assert "0 people" in call("track", tmp_path / "det.txt", "-o", tmp_path / "run", "--fps", "25")


def test_a_run_without_truth(tmp_path: Path) -> None:
    source, run = sequence(tmp_path / "street"), tmp_path / "other"
    call("track", source, "--output", run)
    with pytest.raises(PosetrailError, match="No ground truth for the run 'other'"):
        call("eval", "tracks", run, "--truth", tmp_path)
