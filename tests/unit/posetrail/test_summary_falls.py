from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console

from classifiers.actions import Action
from classifiers.recordings import one_person
from posetrail.run_folder import Run
from posetrail.run_tables import Story
from posetrail.summary_falls import falls_table
from tracker.skeleton import COCO17
from tracker.tracks import Tracks

INFO = {"names": {}, "config": {"actions": {"model": "falls"}}}
RATE = 30.0


def one_then_two(first: int, last: int) -> Tracks:
    """ID 1 until a frame, ID 2 from another one on, lying on the same place."""
    body = np.random.default_rng(1).normal(300, 40, (17, 2)).astype(np.float32)
    both = one_person(COCO17, np.repeat(body[None], 360, axis=0), RATE)
    there = (both.frame < first) | (both.frame >= last)
    renamed = replace(both, track_id=np.where(both.frame < first, 1, 2).astype(np.int64))
    return renamed.rows(np.flatnonzero(there))


def told(run: Run, end_s: float) -> str:
    falls = pd.DataFrame({"track_id": [1], "start_s": [2.8], "end_s": [end_s], "label": "fall"})
    stream = io.StringIO()
    Console(file=stream, width=120).print(falls_table(run, falls))
    return " ".join(stream.getvalue().splitlines()[1].split())


def test_each_fall_says_when_and_how_long(tmp_path: Path) -> None:
    run = Run(tmp_path)
    run.__dict__["tracks"] = one_person(COCO17, np.zeros((300, 17, 2), np.float32), 30.0)
    run.__dict__["info"] = INFO
    falls = pd.DataFrame(
        {"track_id": [1, 1], "start_s": [1.0, 6.0], "end_s": [3.5, 299 / 30], "label": "fall"}
    )
    stream = io.StringIO()
    Console(file=stream, width=120).print(falls_table(run, falls))
    first, second = stream.getvalue().splitlines()[1:]
    assert first.split() == ["1", "1.0", "s", "2.5", "s"]
    assert "6.0 s" in second
    assert "at least 4.0 s, still down when last seen" in second


def test_who_is_lost_while_falling_and_gets_up_under_another_id_is_told_whole(
    tmp_path: Path,
) -> None:
    run = Run(tmp_path)
    run.__dict__["tracks"] = one_then_two(105, 120)
    run.__dict__["info"] = INFO
    assert told(run, 10.3) == "1, then 2 2.8 s 7.5 s"
    assert told(run, 359 / RATE) == "1, then 2 2.8 s at least 9.2 s, still down when last seen"
    assert told(run, 104 / RATE) == "1 2.8 s at least 0.7 s, still down when last seen"
    nobody_joined = {"actions": {"falls": {"continuation": {"within_s": 0}}}}
    run.__dict__["info"] = {**INFO, "config": nobody_joined}
    assert told(run, 10.3).startswith("1 2.8 s at least")


def test_pictures_show_a_fall_under_both_ids_and_anything_else_under_its_own() -> None:
    tracks = one_then_two(105, 120)
    fall = Action(1, 2.8, 10.3, 3.2, "fall", 0.9)
    serve = replace(fall, label="serve")
    shown = Story(tracks, [fall, serve]).shown
    assert [(each.track_id, each.label) for each in shown] == [
        (1, "fall"),
        (2, "fall"),
        (1, "serve"),
    ]
