"""Average precision of a checkpoint: ``python -m scripts.train_pose.evaluate CHECKPOINT DATA``.

Exports its averaged weights to a temporary file and hands it to ``scripts/evaluate_pose.py``, so
that a network is judged the same way while it trains and after. Whatever else stands on the command
line (``--limit 150``, ``--height 256``, ``--precision float32``) goes there too.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from scripts.train_pose.export import INPUT, export, load_averaged
from scripts.train_pose.network import MULTIPLE, STRIDE
from tracker.skeleton import COCO18

ROOT = Path(__file__).resolve().parents[2]
DESCRIPTION = f"""\
description: a checkpoint
file: network.onnx
licence: Apache-2.0
format: onnx
layout: nchw
colour: bgr
mean: 127.5
scale: 127.5
input: {INPUT}
stride: {STRIDE}
multiple: {MULTIPLE}
skeleton: {COCO18.name}
channel_order: confidence_paf
"""


def evaluate(checkpoint: Path, data: Path, options: list[str]) -> int:
    """Judge the averaged weights of a checkpoint; give the exit code of the judge."""
    with tempfile.TemporaryDirectory() as folder:
        description = Path(folder) / "network.yaml"
        description.write_text(DESCRIPTION)
        export(load_averaged(checkpoint), description.with_suffix(".onnx"))
        judge = [sys.executable, "-m", "scripts.evaluate_pose", "--data", str(data)]
        return subprocess.run(
            [*judge, "--pose-model", str(description), *options], cwd=ROOT, check=False
        ).returncode


def main() -> None:
    """Read the command line and evaluate."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("data", type=Path, help="COCO folder: images/ and annotations.json")
    given, options = parser.parse_known_args()
    sys.exit(evaluate(given.checkpoint.resolve(), given.data.resolve(), options))


if __name__ == "__main__":
    main()
