"""Compiled loops of the imaging package. Importing one imports numba: never do so while the window starts."""
