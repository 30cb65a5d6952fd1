"""The base of every group of parameters: named, typed, with its default beside it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Settings(BaseModel):
    """A group of parameters that refuses unknown keys and cannot change after it was made."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)
