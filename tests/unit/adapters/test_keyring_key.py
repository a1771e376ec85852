"""The keyring may be missing, locked, unsafe, slow or used by two windows at once; nothing ever waits for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from medcrypt_gui.adapters.keyring_key import KeyringKey
from medcrypt_gui.core.errors import KeyringUnavailableError


class Backend:
    """A keyring in memory."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, user: str) -> str | None:
        return self.kept.get((service, user))

    def set_password(self, service: str, user: str, password: str) -> None:
        self.kept[service, user] = password


def asked(key: KeyringKey) -> None:
    known = threading.Event()
    key.ask(known.set)
    assert known.wait(10)


def test_the_key_is_made_once_and_found_again() -> None:
    backend = Backend()
    first, second = KeyringKey(lambda: backend), KeyringKey(lambda: backend)
    asked(first)
    asked(second)
    assert first.secret() == second.secret()
    assert len(first.secret()) == 32
    assert len(backend.kept) == 1


def test_before_it_is_known_nobody_waits() -> None:
    with pytest.raises(KeyringUnavailableError, match="not asked yet"):
        KeyringKey(Backend).secret()


class Locked(Backend):
    def get_password(self, service: str, user: str) -> str | None:
        raise RuntimeError("secret text of the system")


class Spoiled(Backend):
    def get_password(self, service: str, user: str) -> str | None:
        return "not base64 of 32 bytes"


def _missing() -> Backend:
    raise KeyringUnavailableError("this computer has no keyring")


@pytest.mark.parametrize(("make", "reason"), [(Locked, "locked"), (Spoiled, "not a key"), (_missing, "no keyring")])
def test_why_there_is_none_is_said_in_our_own_words(make: Callable[[], Backend], reason: str) -> None:
    key = KeyringKey(make)
    asked(key)
    with pytest.raises(KeyringUnavailableError, match=reason) as raised:
        key.secret()
    assert "secret text" not in raised.value.detail


def test_after_a_failure_it_may_be_asked_again() -> None:
    backends: list[Backend] = [Locked(), Backend()]
    key = KeyringKey(lambda: backends.pop(0))
    asked(key)
    asked(key)
    assert len(key.secret()) == 32


def test_one_that_hangs_on_its_question_is_given_up_and_heard_when_it_answers_late() -> None:
    answer = threading.Event()

    class Slow(Backend):
        def get_password(self, service: str, user: str) -> str | None:
            answer.wait(10)
            return super().get_password(service, user)

    key = KeyringKey(Slow, patience_s=0.05)
    heard: list[float] = []
    key.ask(lambda: heard.append(time.monotonic()))
    assert heard == []
    until = time.monotonic() + 5
    while not heard and time.monotonic() < until:
        time.sleep(0.01)
    with pytest.raises(KeyringUnavailableError, match="does not answer"):
        key.secret()
    answer.set()
    while len(heard) < 2 and time.monotonic() < until:
        time.sleep(0.01)
    assert len(heard) == 2
    assert len(key.secret()) == 32


def test_a_system_without_a_safe_keyring_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    import keyring
    from keyring.backends.fail import Keyring

    for backend in (Keyring(), Backend()):
        monkeypatch.setattr(keyring, "get_keyring", lambda backend=backend: backend)
        key = KeyringKey()
        asked(key)
        with pytest.raises(KeyringUnavailableError, match="no keyring"):
            key.secret()
