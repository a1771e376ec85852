"""What every test gets: no display, no sockets, warnings as errors, and the shared scans where they are at hand."""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Whatever a test starts leaves the user's unsaved work and keyring alone.
_STATE = tempfile.mkdtemp(prefix="medcrypt-tests-")
atexit.register(shutil.rmtree, _STATE, ignore_errors=True)
os.environ["XDG_STATE_HOME"] = _STATE
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"

REPOSITORY = Path(__file__).resolve().parent.parent
SHARED_DATA = REPOSITORY.parent / "shared" / "data"
SAMPLES = REPOSITORY / "resources" / "samples"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real scans beside the checkout; the test is skipped where it is missing."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"real scans are not at hand ({SHARED_DATA})")
    return SHARED_DATA


@pytest.fixture(scope="session")
def samples() -> Path:
    """The sample study that every clone carries."""
    return SAMPLES


@pytest.fixture(autouse=True)
def _no_sockets(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program never opens a socket; a test that does fails unless it is marked ``loopback``."""
    if request.node.get_closest_marker("loopback"):
        return

    def refuse(*_args: object, **_kwargs: object) -> None:
        raise AssertionError("a socket was about to connect")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "bind", refuse)


@pytest.fixture(autouse=True)
def _no_leaked_threads() -> Iterator[None]:
    """A test that leaves a non-daemon thread running fails."""
    before = set(threading.enumerate())
    yield
    decoders = sys.modules.get("medcrypt_gui.adapters.images.dicom_pixels")
    if decoders is not None:
        decoders.close_decoders()
    left = [t for t in threading.enumerate() if t not in before and not t.daemon and "medcrypt-shared" not in t.name]
    for thread in left:
        thread.join(timeout=5)
    assert not [t for t in left if t.is_alive()], f"threads left running: {left}"


@pytest.fixture(scope="module")
def quick_passphrases() -> Iterator[None]:
    """New cards take the least Argon2id cost that is accepted, so that a test does not wait a second for each."""
    from medcrypt_gui.core.keys import Argon2Params, encode_protected
    from medcrypt_gui.services import issue_key_card

    cheap = functools.partial(encode_protected, params=Argon2Params(16, 1, 1))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(issue_key_card, "encode_protected", cheap)
        yield
