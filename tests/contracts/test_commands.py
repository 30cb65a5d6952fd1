"""Every command explains itself, quickly, and turns a wrong option into one line and exit code 2."""

from __future__ import annotations

import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

from posetrail import commands
from posetrail.commands._options import EXIT_CODE_HELP
from posetrail.config import DRAWINGS
from tracker import errors

COMMANDS = [
    module.name for module in pkgutil.iter_modules(commands.__path__) if module.name[0] != "_"
]


def posetrail(*words: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    code = "from posetrail.cli import main; main()"
    root = Path(__file__).resolve().parents[2]
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code, *words],
        capture_output=True, text=True, cwd=folder or root, timeout=120,
        env={"PYTHONPATH": str(root), "PATH": "", "COLUMNS": "100", "HOME": str(folder or root)},
    )  # fmt: skip


def test_the_help_names_every_command() -> None:
    done = posetrail("--help")
    assert done.returncode == 0
    assert all(name in done.stdout for name in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    done = posetrail(command, "--help")
    assert done.returncode == 0, done.stderr
    assert f"Usage: posetrail {command}" in done.stdout
    assert len(done.stdout.splitlines()) > 8


@pytest.mark.parametrize("command", COMMANDS)
def test_a_wrong_option_is_exit_code_two(command: str) -> None:
    done = posetrail(command, "--no-such-option")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_commands_import_nothing_heavy_for_their_help() -> None:
    code = (
        "import sys; from posetrail.cli import build_app; build_app(); "
        "print(*{'cv2', 'pandas', 'openvino', 'av', 'numpy', 'scipy', 'lightgbm'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_a_run_begins_without_what_only_its_end_needs() -> None:
    code = (
        "import sys; import posetrail.batch; "
        "print(*{'pandas', 'scipy', 'lightgbm', 'sklearn', 'unearth'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_the_readme_names_every_command_and_every_exit_code() -> None:
    text = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"`posetrail {name}" not in text] == []
    assert EXIT_CODE_HELP.removeprefix("Exit codes: 0 done, ") in " ".join(text.split())


def test_every_exit_code_has_a_meaning() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    codes = {kind.exit_code for kind in kinds if issubclass(kind, errors.PosetrailError)}
    assert codes | {errors.EXIT_PARTIAL, errors.EXIT_INTERRUPTED} == set(errors.EXIT_CODES)


def test_the_help_names_what_there_is() -> None:
    """What the help lists by hand, because the real lists are slow to import."""
    assert ",".join(DRAWINGS) in posetrail("draw", "--help").stdout


def test_a_value_that_looks_like_debug_is_a_value(tmp_path: Path) -> None:
    done = posetrail("convert", "run", "--to", "--debug", "-o", "out", folder=tmp_path)
    assert done.returncode == 2
    assert "There is no '--debug' among the formats" in done.stderr


@pytest.mark.parametrize(
    "words", [("--debug", "track", "nothing"), ("track", "nothing", "--debug")]
)
def test_debug_shows_the_traceback(words: tuple[str, ...], tmp_path: Path) -> None:
    done = posetrail(*words, folder=tmp_path)
    assert "Traceback" in done.stderr
    assert "Traceback" not in posetrail("track", "nothing", folder=tmp_path).stderr


def test_whoever_reads_the_output_may_stop_early() -> None:
    code = "from posetrail.cli import main; main(['models', 'list'])"
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-c", code], stdout=writing, stderr=subprocess.PIPE, text=True
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")
