"""Which labels of a mask a DICOM file holds, and what it calls them."""

from __future__ import annotations

from medcrypt_gui.core.imaging.labels_present import labels_present
from medcrypt_gui.core.mask.labels import ROI, Label
from medcrypt_gui.core.mask.roi_mask import RoiMask

LONGEST_NAME = 64


def marked_labels(mask: RoiMask) -> list[Label]:
    """The labels that have voxels; the ROI where none has."""
    found = labels_present(mask.labels)
    table = mask.table.naming(found)
    return [table[number] for number in sorted(found)] or [table[ROI]]


def name_of(label: Label) -> str:
    """As DICOM can keep it: at most 64 characters, none that divides values."""
    return label.name.replace("\\", "/").strip()[:LONGEST_NAME] or f"Label {label.number}"
