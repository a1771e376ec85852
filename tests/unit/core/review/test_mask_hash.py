"""The hash of a mask speaks of its voxels and of what is encrypted, and of nothing else."""

from __future__ import annotations

import functools
import hashlib
import operator
import time
from dataclasses import replace

import numpy as np
import pytest
from builders.review import GRID, ball, with_voxel
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.kept_measurements import key_of_grid
from medcrypt_gui.core.mask.labels import Label, LabelTable
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.review.mask_hash import mask_hash

TWO = LabelTable().with_label(Label(2, "Lesion", (1, 2, 3)))


def test_it_stays_the_same_in_all_versions_of_the_program() -> None:
    """Approvals that lie on disks must not be voided by an update: this is never regenerated."""
    mask = with_voxel(ball(), 2, (0, 1, 2))
    mask = replace(mask, table=LabelTable().with_label(Label(2, "x", (0, 0, 0), in_roi=False)))
    assert mask_hash(mask) == "0b22859460aab3aed2393d72f8e0e63870eca6efde8775e692d1192387a8e0e1"


def test_it_is_what_the_description_says() -> None:
    """Worked out bit by bit, without numpy's packing."""
    mask = with_voxel(ball(number=5), 2, (3, 1, 2))
    voxels = hashlib.sha256()
    for plane in mask.labels.tolist():
        row_by_row = [value for row in plane for value in row]
        used = functools.reduce(operator.or_, row_by_row)
        voxels.update(bytes([used]))
        for bit in range(8):
            if used >> bit & 1:
                bits = "".join(str(value >> bit & 1) for value in row_by_row)
                bits += "0" * (-len(bits) % 8)
                voxels.update(int(bits, 2).to_bytes(len(bits) // 8, "big"))
    head = f"medcrypt-mask-1 {key_of_grid(GRID)} []\n".encode()
    assert mask_hash(mask) == hashlib.sha256(head + voxels.digest()).hexdigest()


def test_it_does_not_depend_on_how_the_array_lies_in_memory() -> None:
    mask = ball()
    turned = np.asfortranarray(mask.labels)
    sliced = np.repeat(mask.labels, 2, axis=2)[:, :, ::2]
    assert {mask_hash(replace(mask, labels=other)) for other in (turned, sliced)} == {mask_hash(mask)}


def test_every_voxel_and_every_number_counts() -> None:
    mask = ball(table=TWO)
    others = [with_voxel(mask, 1), with_voxel(mask, 2), with_voxel(mask, 3), with_voxel(mask, 1, (0, 0, 1))]
    others += [RoiMask.empty(GRID), replace(mask, labels=mask.labels * np.uint8(2))]
    assert len({mask_hash(one) for one in (mask, *others)}) == 7


def test_moving_the_grid_counts_and_a_rounding_error_does_not() -> None:
    mask = ball()
    moved, rounded = GRID.affine_lps.copy(), GRID.affine_lps.copy()
    moved[0, 3] += 0.01
    rounded[0, 3] += 1e-9
    assert mask_hash(replace(mask, geometry=Geometry(GRID.shape, moved))) != mask_hash(mask)
    assert mask_hash(replace(mask, geometry=Geometry(GRID.shape, rounded))) == mask_hash(mask)


def test_it_speaks_of_what_is_encrypted() -> None:
    mask = with_voxel(ball(table=TWO), 2)
    spared = replace(mask, table=LabelTable().with_label(Label(2, "Lesion", (1, 2, 3), in_roi=False)))
    assert mask_hash(spared) != mask_hash(mask)


@pytest.mark.parametrize(
    "table",
    [
        LabelTable().with_label(Label(1, "Brain", (9, 9, 9), visible=False, locked=True)),
        LabelTable().with_label(Label(7, "Empty", (9, 9, 9), in_roi=False)),
        TWO.with_active(2),
    ],
)
def test_names_looks_and_empty_labels_do_not_count(table: LabelTable) -> None:
    assert mask_hash(replace(ball(), table=table)) == mask_hash(ball())


@given(hnp.arrays(np.uint8, GRID.shape, elements=st.sampled_from([0, 1, 2, 3, 255])), st.integers(0, 719))
def test_any_changed_voxel_is_noticed(labels: np.ndarray, at: int) -> None:
    changed = labels.copy()
    changed.reshape(-1)[at] ^= 4
    assert mask_hash(RoiMask(labels, GRID)) != mask_hash(RoiMask(changed, GRID))


def test_the_largest_mask_takes_a_moment() -> None:
    grid = Geometry((600, 512, 512), np.eye(4))
    labels = np.zeros(grid.shape, np.uint8)
    labels[:, :, ::2] = 1
    took = []
    for _ in range(3):
        began = time.process_time()
        mask_hash(RoiMask(labels, grid))
        took.append(time.process_time() - began)
    assert min(took) <= 0.15
