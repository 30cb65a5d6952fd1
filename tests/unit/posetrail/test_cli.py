"""What the command line does beside its commands."""

from __future__ import annotations

import signal
import sys

import pytest

from posetrail import cli
from posetrail.cli import InterruptedRunError, main


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
