"""The base of every group of parameters: named, typed, with its default beside it."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, field_validator

#: No length, time, rate or share is larger; squares of much larger numbers are infinite.
LARGEST = 1e9


class Settings(BaseModel):
    """A group of parameters that cannot change after it was made.

    It refuses unknown keys, and numbers that are infinite, none or beyond anything that they could mean.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, use_attribute_docstrings=True, allow_inf_nan=False
    )

    @field_validator("*")
    @classmethod
    def _plausible(cls, value: Any) -> Any:
        if isinstance(value, float) and abs(value) > LARGEST:
            raise ValueError(f"should be at most {LARGEST:g} in size")
        return value
