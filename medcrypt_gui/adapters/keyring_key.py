"""The journal's secret in the system's keyring, which may be missing, locked, or wait for somebody to type."""

from __future__ import annotations

import base64
import binascii
import logging
import secrets
import threading
from collections.abc import Callable
from typing import Any

from medcrypt_gui.core.errors import KeyringUnavailableError
from medcrypt_gui.core.language import tr

_log = logging.getLogger("medcrypt.journal")
_SERVICE, _USER = "MedCrypt", "unsaved work"
_SECRET_BYTES = 32
_PATIENCE_S = 20.0  # somebody may have to type a password; work is kept meanwhile, without the key


def system_keyring() -> Any:
    """The backend that the system offers. Raises `KeyringUnavailableError` where none keeps secrets safely."""
    import keyring  # asks the system at once what there is
    from keyring.backends.chainer import ChainerBackend

    backend: Any = keyring.get_keyring()
    if isinstance(backend, ChainerBackend):
        backend = next(iter(backend.backends), None)
    # Others than keyring's own may keep plain text; below 1 it is what keyring itself does not recommend.
    if backend is None or not type(backend).__module__.startswith("keyring.backends.") or backend.priority < 1:
        raise KeyringUnavailableError(tr("this computer has no keyring"))
    return backend


class KeyringKey:
    """The port `KeySource`. Whatever the keyring does happens in a thread of its own."""

    def __init__(self, backend: Callable[[], Any] = system_keyring, patience_s: float = _PATIENCE_S) -> None:
        self._backend, self._patience_s = backend, patience_s
        self._lock = threading.Lock()
        self._secret: bytes | None = None
        self._failure = tr("it was not asked yet")
        self._asking = False
        self._waiting: list[Callable[[], None]] = []

    def secret(self) -> bytes:
        """The secret. Raises `KeyringUnavailableError` with the reason."""
        with self._lock:
            if self._secret is None:
                raise KeyringUnavailableError(self._failure)
            return self._secret

    def ask(self, known: Callable[[], None]) -> None:
        """Look for the secret unless it is known; a failure before is no reason not to try again."""
        with self._lock:
            if self._secret is None:
                self._waiting.append(known)
                if not self._asking:
                    self._asking = True
                    threading.Thread(target=self._look, name="medcrypt-keyring", daemon=True).start()
                    impatience = threading.Timer(self._patience_s, self._lose_patience)
                    impatience.daemon = True
                    impatience.start()
                return
        known()

    def _look(self) -> None:
        found: bytes | None = None
        failure = ""
        try:
            found = _found_or_made(self._backend())
        except KeyringUnavailableError as error:
            failure = error.detail
        except Exception as error:  # noqa: BLE001 - backends raise whatever the system's services raise
            _log.warning("the keyring failed: %s", type(error).__name__)
            failure = tr("it is locked or out of order ({name})", name=type(error).__name__)
        with self._lock:
            self._secret, self._failure, self._asking = found, failure, False
            waiting, self._waiting = self._waiting, []
        for known in waiting:
            known()

    def _lose_patience(self) -> None:
        """Tell those who wait that nothing came; should it come yet, they are told again."""
        with self._lock:
            if not self._asking:
                return
            self._failure = tr("it does not answer; perhaps it waits for its password")
            waiting = tuple(self._waiting)
        for known in waiting:
            known()


def _found_or_made(backend: Any) -> bytes:
    kept = backend.get_password(_SERVICE, _USER)
    if kept is None:
        backend.set_password(_SERVICE, _USER, base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode())
        kept = backend.get_password(_SERVICE, _USER)  # another window may have been faster: there is one secret only
    try:
        secret = base64.b64decode(kept or "", validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if len(secret) != _SECRET_BYTES:
        raise KeyringUnavailableError(tr("what it keeps for MedCrypt is not a key"))
    return secret
