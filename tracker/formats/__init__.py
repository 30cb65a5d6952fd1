"""File formats of poses and tracks, one file each."""
