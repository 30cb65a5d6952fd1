"""Matching costs between tracks and detections, one file each."""
