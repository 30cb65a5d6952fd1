"""The base of every group of parameters: named, typed, with its default beside it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Settings(BaseModel):
    """A group of parameters that cannot change after it was made.

    It refuses unknown keys, and numbers that are infinite or none.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, use_attribute_docstrings=True, allow_inf_nan=False
    )
