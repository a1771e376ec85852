"""A keyring that is forgotten with the test."""

from __future__ import annotations

from collections.abc import Callable

from medcrypt_gui.core.errors import KeyringUnavailableError

SECRET = bytes(range(32))


class MemoryKeys:
    """The port `KeySource`; ``secret`` None is a keyring that is not there."""

    def __init__(self, secret: bytes | None = SECRET) -> None:
        self.kept = secret

    def ask(self, known: Callable[[], None]) -> None:
        known()

    def secret(self) -> bytes:
        if self.kept is None:
            raise KeyringUnavailableError("this computer has no keyring")
        return self.kept
