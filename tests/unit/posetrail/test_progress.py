from __future__ import annotations

import pytest

from posetrail.progress import BarReporter, LineReporter


def test_time_left_is_that_of_the_work_of_this_call(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 0.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    reporter = LineReporter("match.mp4")
    reporter.stage("poses", 1000, 900)
    now = 10.0
    reporter.advance(20)
    assert capsys.readouterr().err == "match.mp4: poses 920 of 1000 (92%), 40 s left, 2.0/s\n"


def test_nothing_done_is_no_division_by_nothing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 0.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    reporter = LineReporter("net")
    reporter.stage("fetching", 1000)
    now = 10.0
    reporter.advance(0)
    assert capsys.readouterr().err == "net: fetching 0 of 1000 (0%), 0.0/s\n"


def test_a_bar_begins_where_the_interrupted_run_stood() -> None:
    with BarReporter("match.mp4") as reporter:
        reporter.stage("poses", 1000, 900)
        reporter.advance()
        assert reporter._bars.tasks[-1].completed == 901
