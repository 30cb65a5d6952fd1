"""One process at a time writes in a run's folder."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from posetrail import run_lock
from posetrail.run_lock import LOCK_NAME, held
from tracker.errors import OutputError


def test_a_folder_is_held_by_one_and_free_again(tmp_path: Path) -> None:
    with held(tmp_path), pytest.raises(OutputError, match="being written"), held(tmp_path):
        pass
    assert not (tmp_path / LOCK_NAME).exists()
    with held(tmp_path):
        pass


@pytest.mark.parametrize("number", [errno.ENOTSUP, errno.ENOLCK, errno.ENOSYS])
def test_where_the_file_system_has_no_locks_the_work_goes_on(
    number: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def refuse(_descriptor: int) -> None:
        raise OSError(number, "no locks here")

    monkeypatch.setattr(run_lock, "_lock", refuse)
    with held(tmp_path):
        (tmp_path / "written").touch()
    assert "no locks here" in caplog.text
    assert not (tmp_path / LOCK_NAME).exists()
