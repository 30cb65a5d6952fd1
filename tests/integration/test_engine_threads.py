"""The first calls of an engine, from many threads of one process at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.networks import tiny_network

ROOT = Path(__file__).resolve().parents[2]
#: Threads that change places all the time, two of them busy: without the engine's care one such process
#: in three hung (docs/decisions/0030-networks-and-engines.md).
PROGRAM = """
import faulthandler, sys, threading
import numpy as np
from pathlib import Path
from tracker.engine import choose_engine
from tracker.networks import Network

faulthandler.dump_traceback_later(60, exit=True)
network = Network.model_validate_json(Path(sys.argv[1]).read_text())
engine = choose_engine(network, Path(sys.argv[2]), "openvino")
sys.setswitchinterval(1e-6)
picture, together, busy = np.zeros((1, 32, 48, 3), np.uint8), threading.Barrier(8), True

def spin():
    while busy:
        pass

def call():
    together.wait()
    engine.infer(picture)

spinning = [threading.Thread(target=spin) for _ in range(2)]
calling = [threading.Thread(target=call) for _ in range(8)]
for thread in spinning + calling:
    thread.start()
for thread in calling:
    thread.join()
busy = False
"""


@pytest.mark.parametrize("attempt", range(3))
def test_first_calls_at_once_do_not_wait_for_each_other(attempt: int, tmp_path: Path) -> None:
    network, path = tiny_network(tmp_path, "onnx")
    description = tmp_path / "network.json"
    description.write_text(network.model_dump_json())
    words = [sys.executable, "-c", PROGRAM, str(description), str(path)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
