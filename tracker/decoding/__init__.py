"""Confidence maps and part affinity fields to people."""

from tracker.decoding.geometry import InputGeometry
from tracker.decoding.settings import DecoderSettings
from tracker.decoding.several import decode
from tracker.decoding.single import decode_single

__all__ = ["DecoderSettings", "InputGeometry", "decode", "decode_single"]
