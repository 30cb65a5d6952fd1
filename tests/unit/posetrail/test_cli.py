"""What the command line does beside its commands."""

from __future__ import annotations

import signal
import sys

import pytest

from posetrail import cli
from posetrail.cli import InterruptedRunError, build_app, main
from posetrail.version import __version__


@pytest.mark.parametrize(
    ("words", "resumable"),
    [(("run", "a.mp4"), True), (("--debug", "run", "a.mp4"), True), (("models", "list"), False)],
)
def test_only_a_run_can_be_resumed(
    words: tuple[str, ...], resumable: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    handlers = {}
    monkeypatch.setattr(signal, "signal", handlers.__setitem__)
    monkeypatch.setattr(sys, "stdout", sys.stdout)
    monkeypatch.setattr(cli, "build_app", lambda: lambda *_, **__: None)
    with pytest.raises(SystemExit):
        main(words)
    with pytest.raises(InterruptedRunError) as interrupted:
        handlers[signal.SIGINT](signal.SIGINT, None)
    assert ("repeat the same command with --resume" in str(interrupted.value)) == resumable


def test_the_version_needs_no_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        build_app()(["--version"])
    assert left.value.code == 0
    assert capsys.readouterr().out == f"posetrail {__version__}\n"
