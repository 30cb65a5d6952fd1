"""Feature sets: ordered names, a model's schema, and the function from windows to a matrix."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from features.mirroring import mirrored
from features.normalise import normalise
from features.windows import Windows
from tracker.plugins import load_plugin
from tracker.skeleton import Skeleton

FloatArray = NDArray[np.float32]
#: Which column stands for each one in a mirror, and with which sign.
Columns = tuple[NDArray[np.intp], FloatArray]

#: Windows measured together: enough for numpy, few enough to stay in the processor's cache.
_BLOCK = 512
#: Blocks are shared between threads where there are so many of them; numpy lets both work.
_WORTH_THREADS, _THREADS = 4, 2


@dataclass(frozen=True)
class FeatureSet:
    """Feature families over one joint layout and number of samples.

    Parameters
    ----------
    skeleton : Skeleton
        The joints that features are made of.
    samples : int
        Samples in a window.
    families : sequence of str
        Names of files in ``features/extractors``, in order.

    Attributes
    ----------
    names : tuple of str
        Feature names in the order of the matrix's columns.

    Raises
    ------
    UsageError
        If there is no such family.
    """

    skeleton: Skeleton
    samples: int
    families: Sequence[str]
    names: tuple[str, ...] = field(init=False)
    _extractors: tuple[ModuleType, ...] = field(init=False, repr=False, compare=False)
    _mirror: Columns | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Found once: looking a part up by name reads its folder, too slow for every frame of a live video.
        extractors = tuple(load_plugin("features.extractors", family) for family in self.families)
        names = [
            name
            for extractor in extractors
            for name in extractor.names(self.skeleton, self.samples)
        ]
        object.__setattr__(self, "_extractors", extractors)
        object.__setattr__(self, "names", tuple(names))
        object.__setattr__(self, "_mirror", self._mirror_columns())

    def matrix(self, windows: Windows) -> FloatArray:
        """Measure windows.

        Parameters
        ----------
        windows : Windows
            Of this set's joints and number of samples.

        Returns
        -------
        float32 array, shape (windows, features)
            NaN where a joint is missing.

        Raises
        ------
        ValueError
            If the windows have other joints or another number of samples.
        """
        self._check(windows)
        table = np.empty((len(windows), len(self.names)), np.float32)

        def measure(start: int) -> None:
            block = slice(start, start + _BLOCK)
            body = normalise(windows[block])
            parts = [extractor.extract(body) for extractor in self._extractors]
            np.concatenate(parts, axis=1, out=table[block])

        starts = range(0, len(windows), _BLOCK)
        if len(starts) < _WORTH_THREADS:
            for start in starts:
                measure(start)
        else:
            with ThreadPoolExecutor(_THREADS) as pool:
                list(pool.map(measure, starts))
        return table

    def matrix_in_mirror(self, windows: Windows, matrix: FloatArray) -> FloatArray:
        """Measure windows in a mirror (`features.mirroring`), from what was measured of them.

        Parameters
        ----------
        windows : Windows
            Of this set's joints and number of samples.
        matrix : float32 array, shape (windows, features)
            What `matrix` gives of them.

        Returns
        -------
        float32 array, shape (windows, features)
            What `matrix` gives of the mirrored windows: the same columns in another order, some with
            the other sign, where every family knows which; else measured.
        """
        if self._mirror is None:
            return self.matrix(mirrored(windows))
        order, sign = self._mirror
        flipped = np.take(matrix, order, axis=1)
        flipped *= sign
        return flipped

    def _mirror_columns(self) -> Columns | None:
        """Put the families' own orders and signs together; None where a family has none."""
        if not all(hasattr(extractor, "in_mirror") for extractor in self._extractors):
            return None
        parts = [each.in_mirror(self.skeleton, self.samples) for each in self._extractors]
        starts = np.cumsum([0, *(len(order) for order, _ in parts)])
        order = np.concatenate(
            [start + order for start, (order, _) in zip(starts[:-1], parts, strict=True)]
        )
        return order, np.concatenate([sign for _, sign in parts])

    def _check(self, windows: Windows) -> None:
        found = (windows.skeleton.keypoints, windows.samples)
        if found != (self.skeleton.keypoints, self.samples):
            raise ValueError(
                f"expected windows of {self.samples} samples of {self.skeleton.name}, "
                f"found {windows.samples} samples of {windows.skeleton.name}"
            )
