"""Golden protected sets open for ever, and the same inputs give the same bytes."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest
from builders.protection import IDENTITY, box_mask
from conftest import REPOSITORY

from medcrypt_gui.core.protect.key_blob import open_key
from medcrypt_gui.core.protect.opened_members import open_file
from medcrypt_gui.core.protect.recognise import read_protected
from medcrypt_gui.core.protect.run_lengths import encode_mask
from medcrypt_gui.core.protect.set_keys import KeyedSet, SetKeys
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.restore_study import restore

VECTORS = REPOSITORY / "tests" / "vectors" / "protect"
GOLDEN = json.loads((VECTORS / "golden.json").read_text(encoding="utf-8"))
NAMES = sorted(GOLDEN["sets"])


def digests(paths) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


@pytest.mark.parametrize("name", NAMES)
def test_a_golden_set_restores_to_its_originals(name, tmp_path):
    assert digests((VECTORS / name).iterdir()) == GOLDEN["sets"][name]["protected"]
    report = restore([VECTORS / name], [IDENTITY], tmp_path / "out", TaskContext())
    assert report.complete
    assert digests(report.restored) == GOLDEN["sets"][name]["originals"]


@pytest.mark.parametrize("name", NAMES)
def test_the_same_key_and_randomness_give_the_same_bytes(name, tmp_path):
    """All but the key blob is a function of the inputs (HPKE draws its own randomness)."""
    (tmp_path / "in").mkdir()
    report = restore([VECTORS / name], [IDENTITY], tmp_path / "in" / name, TaskContext())
    golden = sorted((VECTORS / name).iterdir())
    block = read_protected(golden[0].read_bytes()).block
    keys = SetKeys(*open_key(block.key_blob, [IDENTITY]))
    mask = box_mask((2, 16, 16))
    if encode_mask(mask.reshape(len(golden), -1)[0]) != open_file(golden[0], keys).region.mask_stream:
        pytest.skip("this machine's zlib packs otherwise")
    random_bytes = generator().counted_bytes(name.encode())
    assert random_bytes(16) == keys.set_id
    assert random_bytes(32) == keys.tier_key
    keyed = KeyedSet(keys, block.key_blob, block.card_fingerprint)
    files = in_place_order(report.restored)
    protected = generator().protect_in_order(files, mask, keyed, random_bytes)
    assert {path.name: path.read_bytes() for path in golden} == protected


def in_place_order(files: tuple[Path, ...]) -> list[Path]:
    """The builder's file names run against the order of positions."""
    return sorted(files, reverse=True)


def generator():
    specification = importlib.util.spec_from_file_location("generate_protect_vectors", VECTORS / "generate.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_the_key_schedule_and_identity_are_those_recorded():
    assert GOLDEN["identity"] == IDENTITY.secret_string
    assert np.unique([len(bytes.fromhex(golden["set_id"])) for golden in GOLDEN["sets"].values()]) == [16]
