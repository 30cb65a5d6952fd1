"""Feature sets: ordered names, a model's schema, and the function from windows to a matrix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from features.normalise import normalise
from features.windows import Windows
from tracker.plugins import load_plugin
from tracker.skeleton import Skeleton

FloatArray = NDArray[np.float32]

#: Windows measured together: enough for numpy, few enough to stay in the processor's cache.
_BLOCK = 512


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

    def __post_init__(self) -> None:
        names = [
            name
            for family in self.families
            for name in load_plugin("features.extractors", family).names(
                self.skeleton, self.samples
            )
        ]
        object.__setattr__(self, "names", tuple(names))

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
        extractors = [load_plugin("features.extractors", family) for family in self.families]
        for start in range(0, len(windows), _BLOCK):
            block = slice(start, start + _BLOCK)
            body = normalise(windows[block])
            parts = [extractor.extract(body) for extractor in extractors]
            np.concatenate(parts, axis=1, out=table[block])
        return table

    def _check(self, windows: Windows) -> None:
        found = (windows.skeleton.keypoints, windows.samples)
        if found != (self.skeleton.keypoints, self.samples):
            raise ValueError(
                f"expected windows of {self.samples} samples of {self.skeleton.name}, "
                f"found {windows.samples} samples of {windows.skeleton.name}"
            )
