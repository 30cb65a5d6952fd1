"""How every evaluation ends: one line of names and values, and the same as JSON."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from classifiers.card import ActionCard
from classifiers.evaluation import Scores
from classifiers.recordings import Recording
from posetrail.resources import models_dir
from tracker.errors import PosetrailError
from tracker.files import written_whole


def run(main: Callable[[], None]) -> None:
    """Run a script; what is wrong with its input is one line on standard error, not a traceback."""
    if isinstance(sys.stdout, io.TextIOWrapper):  # names of files may be anything
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        main()
    except PosetrailError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)


def shipped_model(name: str) -> Path:
    """Give the path of a shipped action model, from wherever a script is run."""
    return models_dir() / "actions" / f"{name}.txt"


def print_scores(compared: Scores, known: Sequence[str]) -> None:
    """Print each class and the confusion; say which classes the data or the model lacks."""
    print(compared.table())
    there = {name for name, n in zip(compared.classes, compared.count, strict=True) if n}
    if absent := [name for name in known if name not in there]:
        print(f"not in this data, and no part of macro-F1: {', '.join(absent)}")
    if unknown := sorted(there.difference(known)):
        print(f"the model does not know, and every one counts as wrong: {', '.join(unknown)}")


def print_result(values: Mapping[str, float | int], json_path: Path | None) -> None:
    """Print the result line; fractions have four digits, counts none."""
    words = [
        f"{name} {value}" if isinstance(value, int) else f"{name} {value:.4f}"
        for name, value in values.items()
    ]
    print("result", " ".join(words))
    if json_path is not None:
        with written_whole(json_path) as aside:
            aside.write_text(json.dumps(dict(values), indent=1) + "\n", encoding="utf-8")


def trained_on(card: ActionCard, recordings: Sequence[Recording]) -> dict[str, int]:
    """Count the recordings that a model was trained on; nothing where it has seen none."""
    known = set(card.trained_on)
    seen = sum(recording.digest in known for recording in recordings)
    return {"trained_on": seen} if seen else {}
