"""Who goes with whom at the least total cost, gated inside the assignment and filtered after it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

IndexArray = NDArray[np.intp]


def assign(cost: NDArray[np.float64], gate: float) -> tuple[IndexArray, IndexArray]:
    """Pair old with new so that the cost of the pairs plus the gate for each missing pair is least.

    Not pairing costs as much as a pair at the gate, so that a pair beyond the gate never pushes a
    better one aside, and no pair beyond the gate comes back.

    Parameters
    ----------
    cost : float64 array, shape (old, new)
        Cost of each pair, at least 0; infinite or NaN for a pair that must not be.
    gate : float
        Highest cost of a pair.

    Returns
    -------
    old, new : intp array, shape (pairs,)
        The pairs, rising in `old`.

    Notes
    -----
    Hungarian method: Kuhn, Naval Research Logistics Quarterly 2 (1955); solved by
    ``scipy.optimize.linear_sum_assignment``.
    """
    allowed = cost <= gate
    if not allowed.any():
        nobody = np.empty(0, np.intp)
        return nobody, nobody
    from scipy.optimize import linear_sum_assignment  # 0.4 s: when first needed, not at the start

    old, new = linear_sum_assignment(np.where(allowed, cost, gate))
    kept = allowed[old, new]
    return old[kept], new[kept]
