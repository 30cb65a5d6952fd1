from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from classifiers.actions import Action, write_actions_csv
from classifiers.labels import Label, LabelledVideo, match_labels, read_labels
from classifiers.recordings import one_person
from features.joints import ACTION13
from tracker.errors import LabelError
from tracker.tracks import Tracks

RATE = 25.0
FRAMES = 500  # 20 s


def _two_people() -> Tracks:
    xy = np.random.default_rng(1).normal(size=(FRAMES, 13, 2)).astype(np.float32)
    one = one_person(ACTION13, xy, RATE)
    both = Tracks(
        ACTION13, np.repeat(one.frame, 2), np.repeat(one.time, 2),
        np.tile([1, 2], FRAMES), np.repeat(one.xy, 2, axis=0), np.repeat(one.score, 2, axis=0),
        np.repeat(one.state, 2),
    )  # fmt: skip
    return both.rows((both.track_id == 1) | (both.time >= 10))


def _video(*names: str, people: int = 2) -> LabelledVideo:
    tracks = _two_people()
    tracks = tracks if people == 2 else tracks.person(1)
    frame = np.arange(FRAMES)
    return LabelledVideo(names or ("match",), tracks, frame, frame / RATE, {2: "Nadal"})


def _labels(path: Path, text: str, *videos: LabelledVideo) -> list[Label]:
    path.write_text(text, encoding="utf-8")
    found = match_labels(read_labels(path), videos or [_video()])
    return [label for each in found.values() for label in each]


def _facts(labels: list[Label]) -> list[tuple[int, float, float, str]]:
    return [
        (each.track_id, round(each.start_s, 3), round(each.end_s, 3), each.label)
        for each in (label.action for label in labels)
    ]


def test_a_prediction_is_a_label_file(tmp_path: Path) -> None:
    told = [Action(1, 1.0, 1.5, 1.2, "serve", 0.9, 25, 37), Action(2, 12, 13, 12.5, "volley", 0.4)]
    write_actions_csv(tmp_path / "actions.csv", told)
    found = match_labels(read_labels(tmp_path / "actions.csv"), [_video()])["match"]
    assert [label.action.label for label in found] == ["serve", "volley"]
    assert found[0].action.peak_s == 1.2
    assert found[0].action.score == 0.9


def test_seconds_count_where_frames_are_old(tmp_path: Path) -> None:
    text = "track_id,start_s,end_s,start_frame,end_frame,label\n1,2.0,3.0,25,37,serve\n"
    assert _facts(_labels(tmp_path / "l.csv", text)) == [(1, 2.0, 3.0, "serve")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("track_id,start_frame,end_frame,label\n1,25,50,serve\n", (1, 1.0, 2.0, "serve")),
        ("track_id;start_s;end_s;label\n1;1,5;2,25;serve\n", (1, 1.5, 2.25, "serve")),
        ("Track_ID\tStart_s\tend_s\tlabel\n1\t0:01.5\t0:02\tserve\n", (1, 1.5, 2.0, "serve")),
        ("track_id,start_s,end_s,label\r\n,,,\r\nNadal,11,12,serve\r\n", (2, 11, 12, "serve")),
        ("track_id,start_s,end_s,label\nperson_002,11,12,\"a, b\"\n", (2, 11, 12, "a, b")),
        ("\ufeffplayer,start_s,end_s,peak_s,label\n2.0,11,12,11.4,serve\n", (2, 11, 12, "serve")),
        ("Shot,FrameId,Player\nserve,50,2\n", None),
        ("Shot,FrameId,Player\nserve,300,2\nShot,FrameId,Player\n", (2, 12, 12, "serve")),
        ("frame,track_id,label\n0,1,\n25,1,hit\n26,1,hit\n27,1,\n", (1, 1.0, 1.04, "hit")),
        ("frame,track_id,hit\n0,1,0\n25,1,1\n26,1,1\n27,1,0\n", (1, 1.0, 1.04, "hit")),
        ("time,track_id,label\n1.0,1,hit\n1.2,1,hit\n", (1, 1.0, 1.2, "hit")),
    ],
)  # fmt: skip
def test_tables_that_people_have(
    tmp_path: Path, text: str, expected: tuple[int, float, float, str] | None
) -> None:
    if expected is None:
        with pytest.raises(LabelError, match="only from 10"):
            _labels(tmp_path / "l.csv", text)
    else:
        assert _facts(_labels(tmp_path / "l.csv", text)) == [expected]


def test_one_label_per_run_of_frames_and_person(tmp_path: Path) -> None:
    rows = [f"{n},{p},{'hit' if n < 260 else 'run'}" for n in range(250, 270) for p in (1, 2)]
    found = _labels(tmp_path / "l.csv", "frame,track_id,label\n" + "\n".join(rows) + "\n")
    assert _facts(found) == [
        (1, 10.0, 10.36, "hit"), (1, 10.4, 10.76, "run"),
        (2, 10.0, 10.36, "hit"), (2, 10.4, 10.76, "run"),
    ]  # fmt: skip


def test_a_hole_in_the_frames_ends_a_label(tmp_path: Path) -> None:
    text = "frame,track_id,label\n10,1,hit\n11,1,hit\n200,1,hit\n"
    assert len(_labels(tmp_path / "l.csv", text)) == 2


@pytest.mark.parametrize("form", ["frame,track_id,label", "frame,track_id,hit"])
@pytest.mark.parametrize("step", [1, 5])
def test_labelled_rows_alone_are_joined_at_their_usual_step(
    tmp_path: Path, form: str, step: int
) -> None:
    mark = "1" if form.endswith("hit") else "hit"
    frames = [*range(10, 110, step), *range(110 + 4 * step, 200, step)]
    rows = "".join(f"{frame},1,{mark}\n" for frame in frames)
    found = _labels(tmp_path / "l.csv", f"{form}\n{rows}")
    assert [label.action.start_s for label in found] == [10 / RATE, (110 + 4 * step) / RATE]


def test_two_labels_with_less_than_a_second_between_them_are_two(tmp_path: Path) -> None:
    rows = "".join(f"{n / RATE:.3f},1,hit\n" for n in (*range(10, 20), *range(30, 40)))
    assert len(_labels(tmp_path / "l.csv", f"time,track_id,label\n{rows}")) == 2


BORIS_AGGREGATED = (
    "Observation id,Observation date,Media file name,Subject,Behavior,Behavior type,"
    "Start (s),Stop (s),Comment start\n"
    'obs1,2026-01-01,C:\\clips\\match.mp4,Nadal,serve,STATE,11.5,12.25,"two\nlines"\n'
    "obs1,2026-01-01,C:\\clips\\match.mp4,player 1,bounce,POINT,3.0,3.0,\n"
)
BORIS_TABULAR = (
    "Observation id,obs1\nMedia file(s),clips/match.mp4\n\n"
    "Time,Media file path,Total length,FPS,Subject,Behavior,Behavioral category,Comment,Status\n"
    "3.0,clips/match.mp4,20,25,1,bounce,,,POINT\n"
    "11.5,clips/match.mp4,20,25,Nadal,serve,,,START\n"
    "12.25,clips/match.mp4,20,25,Nadal,serve,,,STOP\n"
)


#: Version 7: the column of the media file has another name, and a point has no stop.
BORIS_SEVEN = (
    "Observation id,Observation date,Description,Media file,Total length,FPS,Subject,Behavior,"
    "Behavioral category,Modifiers,Behavior type,Start (s),Stop (s),Duration (s),Comment start,"
    "Comment stop\n"
    "o1,2021-12-06 13:26:24,,T:/Coding/match.mp4,20,25,Nadal,serve,,,STATE,11.5,12.25,0.75,,\n"
    "o1,2021-12-06 13:26:24,,T:/Coding/match.mp4,20,25,1,bounce,,,POINT,3.0,NA,NA,,\n"
)


@pytest.mark.parametrize("text", [BORIS_AGGREGATED, BORIS_SEVEN, BORIS_TABULAR])
def test_boris_exports(tmp_path: Path, text: str) -> None:
    found = _labels(tmp_path / "boris.csv", text)
    assert _facts(found) == [(1, 3.0, 3.0, "bounce"), (2, 11.5, 12.25, "serve")]


def test_boris_names_the_only_person_no_focal_subject(tmp_path: Path) -> None:
    text = BORIS_TABULAR.replace("Nadal", "No focal subject").replace(",1,bounce", ",,bounce")
    found = _labels(tmp_path / "boris.csv", text, _video(people=1))
    assert [label.action.track_id for label in found] == [1, 1]


@pytest.mark.parametrize(("old", "new"), [("STOP\n", "START\n"), ("START\n", "STOP\n")])
def test_unpaired_boris_events_are_refused(tmp_path: Path, old: str, new: str) -> None:
    with pytest.raises(LabelError, match=r"line [67].*(pair|never stops)"):
        _labels(tmp_path / "boris.csv", BORIS_TABULAR.replace(old, new))


HEAD = "track_id,start_s,end_s,label\n"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (HEAD + "1,1,2,serve\n1,1.5,3,volley\n", r"line 3: volley .*overlaps serve .*line 2"),
        (HEAD + "1,1,2,serve\n1,1,2,serve\n", r"line 3: serve .*overlaps"),
        (HEAD + "1,1,9,a\n1,2,3,b\n", "overlaps"),
        (HEAD + "7,1,2,serve\n", r"line 2: there is no person '7' in match.*1, 2, Nadal"),
        (HEAD + "Federer,1,2,serve\n", "no person 'Federer'"),
        (HEAD + ",1,2,serve\n", "does not say who, and match has 2 people"),
        (HEAD + "1,2,1,serve\n", r"ends \(1 s\) before it starts \(2 s\).*Exchange"),
        (HEAD + "1,19,25,serve\n", "19 to 25 s lies outside match"),
        (HEAD + "1,-3,1,serve\n", "lies outside"),
        (HEAD + "2,1,2,serve\n", "person 2 is there only from 10 to"),
        (HEAD + "1,1,2,\n", "label is empty"),
        (HEAD + "1,nan,2,serve\n", r"start_s should be a number of seconds, found 'nan'"),
        (HEAD + "1,inf,2,serve\n", "start_s should be a number"),
        (HEAD + "1,one,2,serve\n", "found 'one'"),
        (HEAD + "1,,2,serve\n", "does not say when it starts"),
        (HEAD + "1,1,,serve\n", "does not say when it ends"),
        (HEAD + "1,1,2,serve,,x\n", "6 cells, but the header has 4 columns"),
        (HEAD, "no labels below"),
        ("track_id,start_frame,end_frame,label\n1,2,9999,a\n", "frame 9999 lies outside match"),
        ("track_id,start_frame,end_frame,label\n1,2.5,9,a\n", "whole number, found '2.5'"),
        ("track_id,start_frame,end_frame,label\n1,-4,9,a\n", "frame -4 lies outside"),
        ("frame,label\nx,a\n", "frame should be a whole number"),
        ("frame,hit,miss\n1,0,maybe\n", "miss should be 0 or 1"),
        ("track_id,begin,finish,label\n1,1,2,a\n", "begins with 'track_id,begin,finish,label'"),
        ("", "begins with 'nothing'"),
        ("{}", "no table of labels"),
        (HEAD + '1,1,2,a\n1,3,4,"a\n', "line 3: not a table from here on: unexpected end of data"),
        (HEAD + "-1,1,2,serve\n", "no person '-1'"),
        (HEAD + "1.5,1,2,serve\n", "no person '1.5'"),
        (HEAD + "9" * 5000 + ",1,2,serve\n", "no person '999"),
        (HEAD + '1,1,2,"ser\nve"\n', r"line 2: a label should be .* on one line"),
        (HEAD + "1,1,2,\x1b[31m\n", r"line 2: a label should be .* on one line"),
        (HEAD + "1,1,2," + "a" * 101 + "\n", "at most 100 characters"),
        (HEAD + "1,1,1,serve\n1,1,1,volley\n", r"line 3: volley .*overlaps serve .*line 2"),
        (HEAD + "1,1,1,serve\n1,1,2,volley\n", r"line 3: volley .*overlaps serve .*line 2"),
        ("track_id,start_s,end_s,label,label\n1,1,2,a,a\n1,3,4,a,b\n", "line 3: two columns are"),
    ],
)
def test_impossible_rows_are_named(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(LabelError, match=complaint) as caught:
        _labels(tmp_path / "labels.csv", text)
    assert "labels.csv" in str(caught.value)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"PK\x03\x04rest", "is a spreadsheet"),
        (b"track_id,start_s,end_s,label\n1,1,2,\xe9t\xe9\n", "not UTF-8"),
        (b"track_id,start_s,end_s,label\n1,1,2,a\0b\n", "holds NUL"),
        (b"track_id,start_s,end_s,label\n1,1,2," + b"a" * 200_000, "line 2: not a table"),
    ],
)
def test_what_is_no_text_is_refused(tmp_path: Path, content: bytes, complaint: str) -> None:
    path = tmp_path / "labels.csv"
    path.write_bytes(content)
    with pytest.raises(LabelError, match=complaint):
        read_labels(path)


def test_what_stands_above_the_header_may_be_anything(tmp_path: Path) -> None:
    text = 'Description,"five\nlines of ""text""\n' + HEAD + "1,1,2,serve\n"
    assert _facts(_labels(tmp_path / "l.csv", text)) == [(1, 1.0, 2.0, "serve")]


@pytest.mark.parametrize(
    ("names", "written", "meant"),
    [
        ({1: "7", 2: "Nadal"}, "7", 1),
        ({1: "2"}, "2", None),
        ({1: "2"}, "#2", 2),
        ({1: "Player 2"}, "player 2", 2),
        ({1: "Player 2"}, "Player 2", None),
        ({1: "Nadal", 2: "Nadal"}, "Nadal", None),
    ],
)
def test_a_name_that_may_be_several_people_is_refused(
    tmp_path: Path, names: dict[int, str], written: str, meant: int | None
) -> None:
    video = replace(_video(), people=names)
    text = HEAD + f"{written},11,12,serve\n"
    if meant is None:
        with pytest.raises(LabelError, match=rf"line 2: '{written}' may be any of the people 1, 2"):
            _labels(tmp_path / "l.csv", text, video)
    else:
        (label,) = _labels(tmp_path / "l.csv", text, video)
        assert label.action.track_id == meant


def test_a_missing_file_is_one_line() -> None:
    with pytest.raises(LabelError, match="There is no label file nowhere"):
        read_labels(Path("nowhere.csv"))


def test_labels_find_their_video_by_any_of_its_names(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    path.write_text(
        "video,track_id,start_s,end_s,label\nclips/a.mp4,1,1,2,x\nrun_b,1,1,2,y\nB.MOV,1,3,4,z\n"
    )
    videos = [_video("run_a", "a"), _video("run_b", "B")]
    found = match_labels(read_labels(path), videos)
    assert {name: len(labels) for name, labels in found.items()} == {"run_a": 1, "run_b": 2}


def test_a_runs_own_name_counts_before_the_name_of_a_video(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    path.write_text("video,track_id,start_s,end_s,label\nmatch,1,1,2,x\n")
    found = match_labels(read_labels(path), [_video("again", "match"), _video("match")])
    assert list(found) == ["match"]


def test_a_name_of_two_runs_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    path.write_text("video,track_id,start_s,end_s,label\nmatch.mp4,1,1,2,x\n")
    videos = [_video("first", "match"), _video("second", "match")]
    with pytest.raises(
        LabelError, match=r"line 2: 'match\.mp4' may be any of the runs first, second"
    ):
        match_labels(read_labels(path), videos, skip_missing=True)


def test_a_video_without_a_run_is_an_error_or_skipped(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    path.write_text("video,track_id,start_s,end_s,label\nmatch,1,1,2,x\nmacth.mp4,1,5,6,y\n")
    rows = read_labels(path)
    with pytest.raises(
        LabelError, match=r"line 3: there is no run of the video 'macth\.mp4'\. Did"
    ):
        match_labels(rows, [_video()])
    assert len(match_labels(rows, [_video()], skip_missing=True)["match"]) == 1


def test_a_row_without_video_needs_a_single_run(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    path.write_text(HEAD + "1,1,2,x\n")
    with pytest.raises(LabelError, match="does not say its video, and there are 2 runs"):
        match_labels(read_labels(path), [_video("a"), _video("b")])


def test_two_annotators_are_told_apart_in_the_complaint(tmp_path: Path) -> None:
    text = "track_id,start_s,end_s,label,annotator\n1,1,2,a,Ann\n1,1,2,a,Bob\n"
    with pytest.raises(LabelError, match=r"Keep the rows of one annotator \(Ann, Bob\)"):
        _labels(tmp_path / "l.csv", text)


def test_undecided_rows_are_kept_apart(tmp_path: Path) -> None:
    found = _labels(tmp_path / "l.csv", HEAD + "1,1,2,?\n1,3,4,serve\n")
    assert [label.decided for label in found] == [False, True]


def test_a_peak_outside_an_edited_interval_is_dropped(tmp_path: Path) -> None:
    text = "track_id,start_s,end_s,peak_s,label\n1,5,6,1.2,serve\n"
    (label,) = _labels(tmp_path / "l.csv", text)
    assert math.isnan(label.action.peak_s)
    assert replace(label.action, peak_s=5.5).middle_s == 5.5
