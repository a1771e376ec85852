"""In which order the slices of a series are read: those near the one that is looked at come first."""

from __future__ import annotations


def outward(count: int, first: int) -> list[int]:
    """All slices, those near ``first`` first."""
    return sorted(range(count), key=lambda z: (abs(z - first), z))
