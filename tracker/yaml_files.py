"""YAML that a user wrote: read safely, and where it is no YAML, said so with the line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from tracker.errors import PosetrailError

#: No file that a person writes for posetrail is longer; a longer one is something else.
MAX_BYTES = 1_000_000


def read_yaml(
    path: Path, refusal: type[PosetrailError], *, hint: str = ""
) -> tuple[Any, yaml.Node | None]:
    """Read a YAML file.

    Parameters
    ----------
    path : Path
        The file.
    refusal : type of PosetrailError
        What is raised where it cannot be read.
    hint : str
        What the user can do about a file that is no YAML.

    Returns
    -------
    values
        What is in it, of plain types; None for an empty file.
    node : yaml.Node or None
        The same with the lines that everything stands on.

    Raises
    ------
    PosetrailError
        Of the kind asked for, if the file cannot be read, is too long, is no YAML, or says one thing
        twice; the message names the line.
    """
    try:
        with path.open("rb") as file:
            text = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise refusal(f"Cannot read {path}: {error.strerror or error}.") from error
    if len(text) > MAX_BYTES:
        raise refusal(f"{path} is too long: more than {MAX_BYTES:,} bytes.", hint=hint)
    try:
        values, node = yaml.safe_load(text), yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark is not None else ""
        reason = getattr(error, "problem", None) or str(error) or type(error).__name__
        raise refusal(f"{path}{line} is not YAML: {reason}.", hint=hint) from error
    doubled = _doubled_key(node)
    if doubled is not None:
        key = str(doubled.value)
        raise refusal(f"{path}, line {line_of(doubled)}: the key {key} stands twice.")
    return values, node


def _doubled_key(root: yaml.Node | None) -> yaml.Node | None:
    """Find a key that a mapping has twice, of which YAML would take the last without a word."""
    waiting, known = [root], set()
    while waiting:
        node = waiting.pop()
        if id(node) in known:  # an alias may lead back
            continue
        known.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            waiting += node.value
        elif isinstance(node, yaml.MappingNode):
            first: dict[str, yaml.Node] = {}
            pairs: list[tuple[yaml.Node, yaml.Node]] = node.value
            for key, value in pairs:
                if first.setdefault(str(key.value), key) is not key:
                    return key
                waiting.append(value)
    return None


def line_of(node: yaml.Node) -> int:
    """Give the line that something stands on, counted from 1."""
    return int(node.start_mark.line) + 1
