"""What other programs wrote is read, and what the format's authors declared broken is refused."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
import zlib
from dataclasses import dataclass
from pathlib import Path

import pytest

from medcrypt_gui.core.age import (
    HybridIdentity,
    Identity,
    ScryptIdentity,
    X25519Identity,
    decrypt,
    encrypt,
    parse_identity,
    parse_recipient,
)
from medcrypt_gui.core.errors import InputError, IntegrityError, MedcryptError, WrongKeyError

VECTORS = Path(__file__).resolve().parents[3] / "vectors" / "age"
CCTV = Path(__file__).resolve().parents[4].parent / "shared" / "data" / "age-vectors"

ERRORS: dict[str, type[MedcryptError]] = {
    "header failure": InputError,
    "HMAC failure": IntegrityError,
    "payload failure": IntegrityError,
    "no match": WrongKeyError,
}


@dataclass
class Vector:
    expect: str
    payload_sha256: str | None
    identities: list[Identity]
    file: bytes


def read_vector(path: Path) -> Vector:
    head, _, file = path.read_bytes().partition(b"\n\n")
    fields = [line.split(": ", 1) for line in head.decode().split("\n")]
    values = dict(fields)
    identities: list[Identity] = [X25519Identity.from_string(value) for key, value in fields if key == "identity"]
    identities += [ScryptIdentity(value.encode()) for key, value in fields if key == "passphrase"]
    if values.get("compressed") == "zlib":
        file = zlib.decompress(file)
    return Vector(values["expect"], values.get("payload"), identities, file)


def cctv_vectors() -> list[Path]:
    if not CCTV.is_dir():
        return []
    return sorted(path for path in CCTV.iterdir() if not path.name.startswith("armor") and path.is_file())


@pytest.mark.skipif(not CCTV.is_dir(), reason=f"the age vectors are not at hand ({CCTV})")
@pytest.mark.parametrize("path", cctv_vectors(), ids=lambda path: path.name)
def test_the_vectors_of_the_age_format_are_read_or_refused_as_declared(path: Path) -> None:
    vector = read_vector(path)
    if vector.expect == "success":
        assert hashlib.sha256(decrypt(vector.file, vector.identities)).hexdigest() == vector.payload_sha256
    else:
        with pytest.raises(ERRORS[vector.expect]):
            decrypt(vector.file, vector.identities)


def test_a_post_quantum_file_of_another_program_opens() -> None:
    vector = json.loads((VECTORS / "mlkem768x25519.json").read_text("utf-8"))
    identity = HybridIdentity.from_seed(bytes.fromhex(vector["seed"]))
    assert identity.secret_string == vector["identity"]
    assert str(identity.recipient) == vector["recipient"]
    assert decrypt(base64.b64decode(vector["file_base64"]), [identity]) == vector["plaintext"].encode()


def test_pyrage_and_we_read_each_other() -> None:
    pyrage = pytest.importorskip("pyrage", reason="pyrage is not installed")
    theirs = pyrage.x25519.Identity.generate()
    ours = parse_identity(str(theirs))
    assert str(ours.recipient) == str(theirs.to_public())
    text = b"slice" * 30_000
    assert pyrage.decrypt(encrypt(text, [parse_recipient(str(theirs.to_public()))]), [theirs]) == text
    assert decrypt(pyrage.encrypt(text, [theirs.to_public()]), [ours]) == text


def test_the_age_program_opens_what_we_wrote(tmp_path: Path) -> None:
    age = shutil.which("age")
    if age is None:
        pytest.skip("the age program is not installed")
    identity = X25519Identity.generate()
    (tmp_path / "key.txt").write_text(identity.secret_string + "\n", "ascii")
    (tmp_path / "x.age").write_bytes(encrypt(b"slice", [identity.recipient]))
    command = [age, "-d", "-i", str(tmp_path / "key.txt"), str(tmp_path / "x.age")]
    assert subprocess.run(command, capture_output=True, check=True).stdout == b"slice"
