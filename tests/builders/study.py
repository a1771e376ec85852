"""A small study with its mask, card and passphrase, and the command line to try on it."""

from __future__ import annotations

from pathlib import Path

import nibabel
import numpy as np
from builders.dicom import build_series

from medcrypt_gui.bootstrap import build_workbench
from medcrypt_gui.cli.main import run

PASSPHRASE = "copper lantern under the bridge"
SLICES = 4


def medcrypt(*arguments: object) -> int:
    return run([str(argument) for argument in arguments], build_workbench)


class Study:
    """A small DICOM series with a mask and a passphrase file, and where things of it go."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.source = folder / "study"
        self.files = build_series(self.source, slices=SLICES, rows=24, columns=20)
        self.mask = folder / "mask.nii.gz"
        self.protected = folder / "protected"
        self.restored = folder / "restored"
        self.card = folder / "card.png"
        self.passphrase = folder / "passphrase.txt"
        self.passphrase.write_text(PASSPHRASE + "\n", encoding="utf-8")
        self._write_mask()

    def _write_mask(self) -> None:
        series = _only_series(self.source)
        labels = np.zeros(series.geometry.shape, np.uint8)
        labels[1:3, 6:15, 5:12] = 1
        image = nibabel.Nifti1Image(labels.transpose(2, 1, 0), series.geometry.affine_ras)
        nibabel.save(image, self.mask)

    def protect(self, *more: object) -> int:
        region = () if "--model" in more else ("--mask", self.mask)
        words = ("--card", self.card, "--passphrase-file", self.passphrase, "--quiet")
        return medcrypt("protect", self.source, "-o", self.protected, *region, *words, *more)

    def restore(self, *more: object) -> int:
        key = ("--card", self.card, "--passphrase-file", self.passphrase)
        return medcrypt("restore", self.protected, "-o", self.restored, *key, "--quiet", *more)

    def everything_is_back(self) -> bool:
        return all((self.restored / path.name).read_bytes() == path.read_bytes() for path in self.files)


def _only_series(folder: Path):  # type: ignore[no-untyped-def]
    from medcrypt_gui.core.task import TaskContext
    from medcrypt_gui.services.open_study import find_series

    return find_series([folder], build_workbench().readers, TaskContext()).series[0]
