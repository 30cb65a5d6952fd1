"""Every command explains itself, quickly, and turns a wrong option into one line and exit code 2."""

from __future__ import annotations

import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

from posetrail import commands
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


def test_the_readme_names_every_command_and_every_exit_code() -> None:
    text = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"`posetrail {name}" not in text] == []
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    codes = {kind.exit_code for kind in kinds if issubclass(kind, errors.PosetrailError)}
    codes |= {errors.EXIT_PARTIAL, errors.EXIT_INTERRUPTED}
    stated = text.partition("exit code:")[2].partition("`--debug`")[0]
    assert {int(number) for number in re.findall(r"\b\d+\b", stated)} == codes
