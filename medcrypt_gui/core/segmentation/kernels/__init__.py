"""Compiled loops of the segmentation package. Importing one imports numba: never do so while the window starts."""
