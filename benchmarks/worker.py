"""One contestant in a process of its own, told by lines of JSON on standard input how much to do.

    python -m benchmarks.worker NAME CLIP FOLDER '{"option": "value"}'

Answers on standard output: first what it is, then for each number of frames how many and how long.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import perf_counter
from typing import Any


def main() -> None:
    """Prepare, then measure as often as asked."""
    name, clip, folder, options = sys.argv[1:]
    with os.fdopen(os.dup(1), "w", buffering=1) as answers:
        os.dup2(2, 1)  # whatever the libraries print must not mix with the answers
        try:
            for answer in measurements(name, Path(clip), Path(folder), json.loads(options)):
                answers.write(json.dumps(answer) + "\n")
        except Exception as error:  # noqa: BLE001 - whatever a peer fails with is its figure
            traceback.print_exc()
            reason = str(error) if isinstance(error, ImportError) else type(error).__name__
            answers.write(json.dumps({"error": reason}) + "\n")


def measurements(
    name: str, clip: Path, folder: Path, options: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    """Give what the contestant is, then one measurement for each line of standard input."""
    module = import_module(f"benchmarks.contestants.{name}")
    run = module.prepare(clip, folder, **options)
    yield {"versions": {package: found_version(package) for package in module.PACKAGES}}
    # A library that forks while this waits would have its child wait for the lock of `sys.stdin` for ever.
    for line in os.fdopen(os.dup(sys.stdin.fileno())):
        began = perf_counter()
        frames = run(int(line))
        yield {"frames": frames, "seconds": perf_counter() - began}


def found_version(package: str) -> str:
    """Give the version of a package; a checkout that is not installed has none."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "checkout"


if __name__ == "__main__":
    main()
