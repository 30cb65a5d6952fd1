"""LightGBM's text models: cut down to what predicting needs, and checked before the library sees them.

The library's parser trusts its input: a child that points nowhere or back makes it read foreign
memory or run for ever. Here every tree is checked first, in Python, and whatever is not one of the
few lines that our own models have is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from tracker.errors import ModelError

#: Text models are refused above this size; the shipped ones are below 3 MB.
MAX_BYTES = 64_000_000

_HEAD_KEYS = (
    *("version", "num_class", "num_tree_per_iteration", "label_index", "max_feature_idx"),
    *("objective", "feature_names", "feature_infos"),
)
_TREE_KEYS = (
    *("num_leaves", "num_cat", "split_feature", "threshold", "decision_type"),
    *("left_child", "right_child", "leaf_value", "is_linear", "shrinkage"),
)
_REAL_KEYS = ("threshold", "leaf_value", "shrinkage")
_END = "end of trees"
_NUMBERS = re.compile(r"[-+0-9.e ]*", re.IGNORECASE)
_INFOS = re.compile(r"[-+0-9.e :\[\]none]*", re.IGNORECASE)
_OBJECTIVE = re.compile(r"binary sigmoid:1|multiclass num_class:[0-9]+")

Lines = Mapping[str, str]


def slim_booster_text(text: str) -> str:
    """Keep what predicting needs, reals to nine digits: a third of the size.

    Parameters
    ----------
    text : str
        What ``Booster.model_to_string`` gave.

    Returns
    -------
    str
        A text model that the library reads and `check_booster_text` accepts.
    """
    head, *trees = text.split(f"\n{_END}")[0].split("\nTree=")
    kept = ["tree", *_kept_lines(head, _HEAD_KEYS), ""]
    for number, tree in enumerate(trees):
        kept += [f"Tree={number}", *_kept_lines(tree, _TREE_KEYS), ""]
    return "\n".join([*kept, _END, ""])


def mean_booster_text(texts: Sequence[str]) -> str:
    """Put several boosters into one whose scores are the mean of theirs.

    Parameters
    ----------
    texts : sequence of str
        What `slim_booster_text` gave, of boosters of the same features and classes.

    Returns
    -------
    str
        A text model that has all of their trees, each leaf divided by the number of boosters.
    """
    if len(texts) == 1:
        return texts[0]
    head = texts[0].split("\nTree=")[0]
    kept = [head]
    trees = [tree for text in texts for tree in text.split(f"\n{_END}")[0].split("\nTree=")[1:]]
    for number, tree in enumerate(trees):
        lines = tree.splitlines()[1:]
        kept += [f"Tree={number}", *(_divided(line, len(texts)) for line in lines if line), ""]
    return "\n".join([*kept, _END, ""])


def check_booster_text(text: str, features: int, classes: int) -> None:
    """Refuse a text model that is damaged, hostile, or made for other features or classes.

    Parameters
    ----------
    text : str
        The text model.
    features, classes : int
        How many the card says there are.

    Raises
    ------
    ModelError
        Saying what is wrong.
    """
    if len(text) > MAX_BYTES or not text.isascii():
        raise _damaged(f"it should be at most {MAX_BYTES} ASCII characters, found {len(text)}")
    body, separator, rest = text.partition(f"\n{_END}")
    if not text.startswith("tree\n") or not separator or rest.strip():
        raise _damaged(f"it should begin with 'tree' and end with '{_END}'")
    head, *trees = body.removeprefix("tree\n").split("\nTree=")
    _check_head(_lines(head, _HEAD_KEYS), features, classes)
    per_round = classes if classes > 2 else 1
    if not trees or len(trees) % per_round:
        raise _damaged(f"{len(trees)} trees are no whole rounds of {classes} classes")
    for number, tree in enumerate(trees):
        title, _, block = tree.partition("\n")
        if title.strip() != str(number):
            raise _damaged(f"tree {number} is called {title[:20]!r}")
        _check_tree(number, _lines(block, _TREE_KEYS), features)


def _kept_lines(block: str, keys: tuple[str, ...]) -> Iterator[str]:
    for line in block.splitlines():
        key, separator, value = line.partition("=")
        if separator and key in keys:
            yield f"{key}={_shortened(value) if key in _REAL_KEYS else value}"


def _shortened(values: str) -> str:
    # A split of the seen from the missing has an infinite threshold; no float32 feature passes 1e300.
    reals = np.clip([float(value) for value in values.split()], -1e300, 1e300)
    return " ".join(f"{real:.9g}" for real in reals)


def _divided(line: str, by: int) -> str:
    key, _, values = line.partition("=")
    if key != "leaf_value":
        return line
    return f"{key}=" + " ".join(f"{float(value) / by:.9g}" for value in values.split())


def _lines(block: str, keys: tuple[str, ...]) -> Lines:
    found: dict[str, str] = {}
    for line in block.splitlines():
        if not line:
            continue
        key, separator, value = line.partition("=")
        if not separator or key not in keys or key in found:
            raise _damaged(f"the line {line[:40]!r} does not belong there")
        found[key] = value
    return found


def _check_head(head: Lines, features: int, classes: int) -> None:
    per_round = str(classes if classes > 2 else 1)
    expected = {
        "version": "v4",
        "num_class": per_round,
        "num_tree_per_iteration": per_round,
        "label_index": "0",
        "max_feature_idx": str(features - 1),
        "feature_names": " ".join(f"f{i}" for i in range(features)),
    }
    for key, value in expected.items():
        if head.get(key) != value:
            found = head.get(key, "nothing")
            raise _damaged(f"{key} should be {value[:40]!r}, found {found[:40]!r}")
    if not _OBJECTIVE.fullmatch(head.get("objective", "")):
        raise _damaged(f"the objective is {head.get('objective', '')[:40]!r}")
    infos = head.get("feature_infos", "")
    if not _INFOS.fullmatch(infos) or len(infos.split()) != features:
        raise _damaged("feature_infos does not fit the features")


def _check_tree(number: int, tree: Lines, features: int) -> None:
    leaves = int(_integers(number, tree, "num_leaves", 1)[0])
    if not 1 <= leaves <= 100_000:
        raise _damaged(f"tree {number} has {leaves} leaves")
    for key in ("num_cat", "is_linear"):
        if int(_integers(number, tree, key, 1)[0]) != 0:
            raise _damaged(f"tree {number} has {key} set")
    _reals(number, tree, "leaf_value", leaves)
    _reals(number, tree, "shrinkage", 1)
    splits = leaves - 1
    if not splits:
        return
    _reals(number, tree, "threshold", splits)
    split_on = _integers(number, tree, "split_feature", splits)
    decision = _integers(number, tree, "decision_type", splits)
    if split_on.min() < 0 or split_on.max() >= features:
        raise _damaged(f"tree {number} splits on a feature that is not there")
    if not np.isin(decision, (0, 2, 8, 10)).all():
        raise _damaged(f"tree {number} has a split of a kind we do not make")
    _check_children(number, tree, splits)


def _check_children(number: int, tree: Lines, splits: int) -> None:
    children = np.stack(
        [_integers(number, tree, f"{side}_child", splits) for side in ("left", "right")]
    )
    inner = children >= 0
    parents = np.broadcast_to(np.arange(splits), children.shape)
    # A split's number is larger than its parent's, so a tree whose children only point forward ends.
    forward = (children[inner] > parents[inner]).all() and (children[inner] < splits).all()
    once = np.array_equal(np.sort(children[inner]), np.arange(1, splits))
    leaves = np.array_equal(np.sort(~children[~inner]), np.arange(splits + 1))
    if not (forward and once and leaves):
        raise _damaged(f"the branches of tree {number} do not form a tree")


def _integers(number: int, tree: Lines, key: str, count: int) -> NDArray[np.int64]:
    values = _reals(number, tree, key, count)
    if (values != np.round(values)).any() or (np.abs(values) > 2**31).any():
        raise _damaged(f"{key} of tree {number} should be whole numbers")
    return values.astype(np.int64)


def _reals(number: int, tree: Lines, key: str, count: int) -> NDArray[np.float64]:
    text = tree.get(key, "")
    values = text.split()
    if not _NUMBERS.fullmatch(text) or len(values) != count:
        raise _damaged(f"{key} of tree {number} should be {count} numbers, found {len(values)}")
    try:
        numbers = np.array([float(value) for value in values])
    except ValueError:
        raise _damaged(f"{key} of tree {number} is not made of numbers") from None
    if not np.isfinite(numbers).all():
        raise _damaged(f"{key} of tree {number} is not finite")
    return numbers


def _damaged(what: str) -> ModelError:
    return ModelError(
        f"The classifier's text is damaged: {what}.", hint="Copy the model again or train it again."
    )
