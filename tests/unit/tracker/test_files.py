from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from tracker.errors import OutputError
from tracker.files import written_whole


def test_a_file_appears_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "table.csv"
    with written_whole(target) as aside:
        aside.write_text("a")
        assert not target.exists()
        assert aside.suffix == ".csv"
    assert target.read_text() == "a"
    assert list(target.parent.iterdir()) == [target]


def test_nothing_is_left_of_a_write_that_failed(tmp_path: Path) -> None:
    target = tmp_path / "table.csv"
    target.write_text("old")
    with pytest.raises(ZeroDivisionError), written_whole(target) as aside:  # noqa: PT012
        aside.write_text("half")
        raise ZeroDivisionError
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_full_disk_is_said(tmp_path: Path) -> None:
    with (
        pytest.raises(OutputError, match="the disk is full"),
        written_whole(tmp_path / "table.csv"),
    ):
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_folder_that_is_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(OutputError, match=r"Cannot write .*--output"),
        written_whole(tmp_path / "file" / "x"),
    ):
        pass


def test_an_error_of_what_is_read_is_not_blamed_on_what_is_written(tmp_path: Path) -> None:
    source = tmp_path / "source.csv"
    with (
        pytest.raises(FileNotFoundError, match=r"source\.csv"),
        written_whole(tmp_path / "table.csv") as aside,
    ):
        aside.write_text(source.read_text())
    assert list(tmp_path.iterdir()) == []


def test_what_has_its_name_is_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target, flushed = tmp_path / "table.csv", []

    def fsync(descriptor: int) -> None:
        assert not target.exists()
        flushed.append(os.fstat(descriptor).st_size)

    monkeypatch.setattr(os, "fsync", fsync)
    with written_whole(target) as aside:
        aside.write_text("abc")
    assert flushed == [3]
