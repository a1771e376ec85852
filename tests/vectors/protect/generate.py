"""How the golden protected sets of this folder were made, once.

They are never made again: later versions must open these.

    PYTHONPATH=.:tests python tests/vectors/protect/generate.py EMPTY_FOLDER

Independent verifier: packaging/recover.py, written from docs/format.md alone, restores them to the same SHA-256.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from builders.dicom import build_series
from builders.nifti import build_nifti
from builders.protection import IDENTITY, box_mask, request_for
from numpy.typing import NDArray

from medcrypt_gui.adapters.protection import PROTECTORS
from medcrypt_gui.core.protect.instance import Membership, protect_instance
from medcrypt_gui.core.protect.restore_record import Place
from medcrypt_gui.core.protect.set_keys import KeyedSet
from medcrypt_gui.services.protect_study import plan_protection


def counted_bytes(seed: bytes) -> Callable[[int], bytes]:
    """A source of 'randomness' that is the same every time: SHAKE-256 of the seed and the number of the call."""
    calls = iter(range(1 << 30))

    def draw(length: int) -> bytes:
        return hashlib.shake_256(seed + next(calls).to_bytes(4, "little")).digest(length)

    return draw


def protect_in_order(
    files: Sequence[Path], mask: NDArray[np.bool_], keyed: KeyedSet, random_bytes: Callable[[int], bytes]
) -> dict[str, bytes]:
    """Protected file name -> bytes, one instance after the other, all randomness given."""
    plan = plan_protection(request_for(files, mask, files[0].parent.parent / "not-written"), PROTECTORS)
    masks = tuple(mask.reshape(len(files), -1))
    job = plan.protector.begin(plan.survey, masks, keyed, random_bytes)
    names, result = plan.original_names, {}
    for index, name in enumerate(names):
        member = Membership(name, names[(index + 1) % len(names)], Place(index, len(names)))
        source = job.source(index)
        pieces = protect_instance(source, masks[index], keyed, member, "henon-w", random_bytes)
        result[plan.file_names[index]] = b"".join(pieces)
    return result


def generate(folder: Path) -> None:
    voxels = np.random.default_rng(0).integers(0, 4096, (2, 16, 16)).astype(np.int16)
    studies = {
        "dicom": build_series(folder / "in" / "dicom", slices=2, rows=16, columns=16),
        "nii": [build_nifti(folder / "in" / "nii" / "scan.nii", voxels)],
        "nii.gz": [build_nifti(folder / "in" / "nii.gz" / "scan.nii.gz", voxels)],
        "words": [build_nifti(folder / "in" / "words" / "scan.nii", voxels.astype(np.int32))],
    }
    record = {"format_version": 0, "identity": IDENTITY.secret_string, "sets": {}}
    for name, files in studies.items():
        random_bytes = counted_bytes(name.encode())
        keyed = KeyedSet.create(IDENTITY.recipient, random_bytes)
        (folder / name).mkdir()
        protected = protect_in_order(files, box_mask((2, 16, 16)), keyed, random_bytes)
        for file_name, data in protected.items():
            (folder / name / file_name).write_bytes(data)
        record["sets"][name] = {
            "set_id": keyed.keys.set_id.hex(),
            "originals": {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files},
            "protected": {file: hashlib.sha256(data).hexdigest() for file, data in protected.items()},
        }
    (folder / "golden.json").write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    generate(Path(sys.argv[1]))
