"""Settings that are forgotten with the test."""

from __future__ import annotations

from medcrypt_gui.core.errors import PermissionDeniedError
from medcrypt_gui.core.settings import FoundSettings, Settings


class MemorySettings:
    """The port `SettingsStore`; one that is not ``writable`` refuses as a read-only folder does."""

    def __init__(self, found: FoundSettings | None = None, writable: bool = True) -> None:
        self.found = found or FoundSettings()
        self.writable = writable

    def read(self) -> FoundSettings:
        return self.found

    def write(self, settings: Settings) -> None:
        if not self.writable:
            raise PermissionDeniedError("read-only")
        self.found = FoundSettings(settings)
