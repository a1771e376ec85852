"""Recent studies that are forgotten with the test."""

from __future__ import annotations

from pathlib import Path


class MemoryRecent:
    """The port `RecentStudies`."""

    def __init__(self) -> None:
        self._paths: list[Path] = []

    def list(self) -> tuple[Path, ...]:
        return tuple(self._paths)

    def add(self, path: Path) -> None:
        self._paths.insert(0, path)

    def clear(self) -> None:
        self._paths.clear()
