"""What every keystream must keep to; a new one is held to it by being there."""

from __future__ import annotations

import hashlib
import json
import pkgutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from medcrypt_gui.core import keystreams
from medcrypt_gui.core.errors import UnsupportedInputError
from medcrypt_gui.core.keystreams import Keystream

VECTORS = Path(__file__).resolve().parents[1] / "vectors" / "keystreams"

each_keystream = pytest.mark.parametrize("keystream", keystreams.all_keystreams(), ids=lambda keystream: keystream.id)


@each_keystream
def test_its_known_answers_hold_for_reference_and_kernel(keystream: Keystream) -> None:
    known = json.loads((VECTORS / f"{keystream.id}.json").read_text("utf-8"))
    assert known["id"] == keystream.id
    assert known["source"]
    assert known["vectors"]
    for vector in known["vectors"]:
        key = bytes.fromhex(vector["key"])
        stream = keystream.reference(key, vector["length"])
        data = np.zeros(vector["length"], np.uint8)
        keystream.xor_into(key, data)
        assert stream[:16].hex() == vector["begins"]
        assert hashlib.sha256(stream).hexdigest() == vector["sha256"]
        assert hashlib.sha256(data.data).hexdigest() == vector["sha256"]


@each_keystream
def test_it_is_found_under_its_id(keystream: Keystream) -> None:
    assert keystreams.get(keystream.id) is keystream


@each_keystream
def test_xoring_twice_gives_the_data_back(keystream: Keystream) -> None:
    data = np.arange(1000, dtype=np.uint8)
    before = data.copy()
    keystream.xor_into(bytes(32), data)
    assert (data != before).mean() > 0.9
    keystream.xor_into(bytes(32), data)
    assert (data == before).all()


def test_every_module_but_the_standard_layer_is_a_keystream() -> None:
    modules = {module.name for module in pkgutil.iter_modules(keystreams.__path__) if not module.ispkg} - {"white"}
    registered = [import_module(f"medcrypt_gui.core.keystreams.{name}").KEYSTREAM.id for name in modules]
    assert sorted(registered) == [keystream.id for keystream in keystreams.all_keystreams()]


@pytest.mark.parametrize("keystream_id", ["", "none", "henon", "HENON-W"])
def test_an_unknown_keystream_is_refused(keystream_id: str) -> None:
    with pytest.raises(UnsupportedInputError):
        keystreams.get(keystream_id)


def test_a_build_without_keystreams_is_noticed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    keystreams._registry.cache_clear()
    monkeypatch.setattr(keystreams, "__path__", [str(tmp_path)])
    with pytest.raises(UnsupportedInputError):
        keystreams.all_keystreams()
    keystreams._registry.cache_clear()


def test_the_registry_does_not_import_numba() -> None:
    program = (
        "import sys; from medcrypt_gui.core import keystreams; "
        "keystreams.all_keystreams(); sys.exit('numba' in sys.modules)"
    )
    root = Path(__file__).resolve().parents[2]
    assert subprocess.run([sys.executable, "-c", program], cwd=root, check=False).returncode == 0
