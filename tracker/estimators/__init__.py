"""Pose estimators, one file each."""
