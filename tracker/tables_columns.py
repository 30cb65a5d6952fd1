"""What the columns of the tables are called, and keypoint arrays as columns."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tracker.poses import FloatArray, State
from tracker.skeleton import SKELETONS, Skeleton

PARTS = ("x", "y", "score")
POSE_COLUMNS = ("frame", "time_s", "person")
#: What a state is called in a table.
STATE_WORDS = tuple(state.name.lower() for state in sorted(State))
TRACK_COLUMNS = ("frame", "time_s", "track_id", "state", "score")

#: What is in the metadata of the Parquet files.
SKELETON_KEY = b"posetrail.skeleton"
PROVENANCE_KEY = b"posetrail.provenance"


def keypoint_columns(skeleton: Skeleton) -> list[str]:
    """Name the keypoint columns: ``<joint>_x``, ``<joint>_y``, ``<joint>_score`` for each joint."""
    return [f"{joint}_{part}" for joint in skeleton.keypoints for part in PARTS]


def skeleton_of_columns(names: Iterable[str]) -> Skeleton | None:
    """Find the layout whose keypoints are exactly the joints that a table has a column for.

    Parameters
    ----------
    names : iterable of str
        Column names; those that are no keypoint columns are passed over.

    Returns
    -------
    Skeleton or None
        None if no known layout has these joints.
    """
    joints = {name.rpartition("_")[0] for name in names if name.rpartition("_")[2] in PARTS}
    joints &= {joint for known in SKELETONS.values() for joint in known.keypoints}
    matching = (known for known in SKELETONS.values() if set(known.keypoints) == joints)
    return next(matching, None)


def keypoint_values(xy: FloatArray, score: FloatArray) -> FloatArray:
    """Put keypoints into the order of the columns.

    Parameters
    ----------
    xy : float32 array, shape (rows, keypoints, 2)
        Pixels.
    score : float32 array, shape (rows, keypoints)
        Confidence.

    Returns
    -------
    float32 array, shape (3 * keypoints, rows)
        One contiguous line per column.
    """
    triples = np.concatenate([xy, score[..., None]], axis=-1)
    rows, joints, parts = triples.shape
    return np.ascontiguousarray(triples.reshape(rows, joints * parts).T)


def keypoint_arrays(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Undo `keypoint_values`: xy (rows, keypoints, 2) and score (rows, keypoints)."""
    columns, rows = values.shape
    triples = values.T.reshape(rows, columns // len(PARTS), len(PARTS))
    return np.ascontiguousarray(triples[..., :2]), np.ascontiguousarray(triples[..., 2])


def rounded(values: NDArray[np.floating[Any]], decimals: int) -> NDArray[np.float64]:
    """Round for a text file; never a negative zero."""
    text: NDArray[np.float64] = np.asarray(values, np.float64).round(decimals)
    return text + 0.0


def row_score(score: FloatArray) -> FloatArray:
    """Give the score of each row: the mean over the keypoints that were found.

    Parameters
    ----------
    score : float32 array, shape (rows, keypoints)
        NaN where a keypoint was not found.

    Returns
    -------
    float32 array, shape (rows,)
        NaN where no keypoint was found.
    """
    seen = np.isfinite(score)
    total = np.where(seen, score, 0).sum(axis=1, dtype=np.float64)
    with np.errstate(invalid="ignore"):
        mean: FloatArray = (total / seen.sum(axis=1)).astype(np.float32)
    return mean


def column(values: NDArray[Any]) -> Any:
    """Make an Arrow column; NaN becomes an empty cell."""
    return pa.array(values, from_pandas=True)


def metadata(skeleton: Skeleton, provenance: Mapping[str, Any]) -> dict[bytes, bytes]:
    """Give what travels in a Parquet file beside the rows.

    Raises
    ------
    TypeError
        If the provenance is not made of what JSON can hold.
    """
    return {
        SKELETON_KEY: skeleton.name.encode(),
        PROVENANCE_KEY: json.dumps(dict(provenance)).encode(),
    }
