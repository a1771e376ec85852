"""The small interfaces through which services reach the outside world; adapters implement them."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol


class RecentStudies(Protocol):
    """Paths of studies opened lately, newest first."""

    def list(self) -> tuple[Path, ...]: ...

    def add(self, path: Path) -> None: ...

    def clear(self) -> None: ...
