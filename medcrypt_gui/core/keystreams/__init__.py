"""Keystreams: the standard one (`white`) and the chaotic ones, one file each, found by this registry.

A chaotic keystream is a second layer on top of ChaCha20; no security claim rests on it (format.md, section 0).
A module of this package that defines ``KEYSTREAM`` is registered under ``KEYSTREAM.id``. A frozen build has to collect
the modules of this package; if it did not, the registry raises instead of being empty.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
import threading
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.errors import UnsupportedInputError
from medcrypt_gui.core.language import tr

KEY_BYTES = 32


class Keystream(Protocol):
    """A chaotic keystream: 32-byte key in, bytes out, the same on every processor."""

    @property
    def id(self) -> str:
        """The name in restore records, such as ``henon-w``."""
        ...

    def reference(self, key: bytes, length: int) -> bytes:
        """The first ``length`` bytes, by the plain NumPy programme that defines the keystream."""
        ...

    def xor_into(self, key: bytes, data: NDArray[np.uint8]) -> None:
        """XOR the keystream, from its first byte, into ``data`` (one-dimensional, contiguous), in place and fast."""
        ...

    def warm_up(self) -> None:
        """Load the compiled kernel, so that the next `xor_into` does not wait for it."""
        ...


@functools.cache
def _registry() -> dict[str, Keystream]:
    names = [module.name for module in pkgutil.iter_modules(__path__) if not module.ispkg]
    modules = [importlib.import_module(f"{__name__}.{name}") for name in sorted(names)]
    found: list[Keystream] = [module.KEYSTREAM for module in modules if hasattr(module, "KEYSTREAM")]
    registry = {keystream.id: keystream for keystream in found}
    if not found or len(registry) != len(found):
        raise UnsupportedInputError(tr("this build lacks its keystreams, or two of them share a name"))
    return registry


def get(keystream_id: str) -> Keystream:
    """The keystream of this id. Raises `UnsupportedInputError` if there is none."""
    try:
        return _registry()[keystream_id]
    except KeyError:
        raise UnsupportedInputError(
            tr("this version has no keystream {keystream_id!r}", keystream_id=keystream_id)
        ) from None


def all_keystreams() -> tuple[Keystream, ...]:
    """Every keystream, sorted by id; never empty."""
    registry = _registry()
    return tuple(registry[keystream_id] for keystream_id in sorted(registry))


def warm_up() -> threading.Thread:
    """Load all kernels in a background thread, which is returned; the first time on a machine takes some seconds."""

    def load() -> None:
        for keystream in all_keystreams():
            keystream.warm_up()

    thread = threading.Thread(target=load, name="keystream-warm-up", daemon=True)
    thread.start()
    return thread
