"""How every evaluation ends: one line of names and values, and the same as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from classifiers.card import ActionCard
from classifiers.recordings import Recording
from tracker.files import written_whole


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
