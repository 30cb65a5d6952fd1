"""Average precision before anything ships: ``python -m scripts.train_pose.evaluate TRUNK DATA``.

Exports the network as published, or on the way to a checkpoint's weights, to a temporary file and
hands it to ``scripts/evaluate_pose.py``, so that a network is judged the same way while it trains and
after. Whatever else stands on the command line (``--limit 150``, ``--height 256``, ``--precision
float32``) goes there too. With ``--held-out`` DATA is ``coco_train``, and its images that no training
saw are judged.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from scripts.train_pose.data import held_out, read_labels
from scripts.train_pose.export import INPUT, SHARE, export, load
from scripts.train_pose.looks import LOOKS
from scripts.train_pose.trunk import MULTIPLE
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
stride: 8
multiple: {MULTIPLE}
skeleton: {COCO18.name}
channel_order: confidence_paf
"""


def write_held_out(data: Path, folder: Path) -> None:
    """Write annotations of the held-out images of `data` alone, a COCO folder like it."""
    labels = read_labels(data / "annotations.json")
    names = {name for name, kept in zip(labels, held_out(labels.values()), strict=True) if kept}
    content = json.loads((data / "annotations.json").read_text())
    content["images"] = [image for image in content["images"] if image["file_name"] in names]
    chosen = {image["id"] for image in content["images"]}
    content["annotations"] = [a for a in content["annotations"] if a["image_id"] in chosen]
    (folder / "annotations.json").write_text(json.dumps(content))
    (folder / "images").symlink_to((data / "images").resolve(), target_is_directory=True)


def main() -> None:
    """Read the command line and evaluate; the exit code is the judge's."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("trunk", type=Path, help="movenet-multipose.json, its .bin beside it")
    parser.add_argument("data", type=Path, help="COCO folder: images/ and annotations.json")
    parser.add_argument("--checkpoint", type=Path, help="without: MoveNet as published")
    parser.add_argument("--share", type=float, default=SHARE, help="1: the checkpoint's weights")
    parser.add_argument("--looks", choices=LOOKS, default="two", help="see looks.py")
    parser.add_argument("--held-out", action="store_true", help="judge what no training saw")
    given, options = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as name:
        folder, data = Path(name), given.data.resolve()
        description = folder / "network.yaml"
        description.write_text(DESCRIPTION)
        net = load(given.trunk, LOOKS[given.looks], given.checkpoint, given.share)
        export(net, folder / "network.onnx")
        if given.held_out:
            write_held_out(data, folder)
            data = folder
        judge = [sys.executable, "-m", "scripts.evaluate_pose", "--data", str(data)]
        command = [*judge, "--pose-model", str(description), *options]
        sys.exit(subprocess.run(command, cwd=ROOT, check=False).returncode)


if __name__ == "__main__":
    main()
