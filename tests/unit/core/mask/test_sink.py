"""The sink writes what it is told, where it is told, and says what changed."""

from __future__ import annotations

import numpy as np
import pytest

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.mask import sink
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.mask.sink import SinkMode

_BOX = (slice(1, 3), slice(0, 2), slice(2, 4))


def _mask(fill: int = 0) -> RoiMask:
    return RoiMask(np.full((4, 5, 6), fill, np.uint8), Geometry((4, 5, 6), np.eye(4)))


def _half() -> np.ndarray:
    region = np.zeros((2, 2, 2), bool)
    region[0] = True
    return region


def test_add_sets_only_the_region() -> None:
    mask = _mask()
    edit = sink.apply(mask, _half(), _BOX, SinkMode.ADD)
    assert mask.labels.sum() == 4
    assert (mask.labels[1, 0:2, 2:4] == 1).all()
    assert not edit.is_noop
    assert edit.before.sum() == 0
    assert edit.after.sum() == 4


def test_remove_takes_the_label_only_and_leaves_others() -> None:
    mask = _mask(1)
    mask.labels[1, 0, 2] = 7
    sink.apply(mask, _half(), _BOX, SinkMode.REMOVE)
    assert mask.labels[1, 0, 2] == 7
    assert (mask.labels == 0).sum() == 3


def test_set_makes_the_label_exactly_the_region_inside_the_box() -> None:
    mask = _mask(1)
    sink.apply(mask, _half(), _BOX, SinkMode.SET)
    assert (mask.labels[_BOX] == _half()).all()
    assert (mask.labels == 0).sum() == 4


def test_an_edit_that_changes_nothing_is_a_noop() -> None:
    assert sink.apply(_mask(1), _half(), _BOX, SinkMode.ADD).is_noop


@pytest.mark.parametrize("box", [(slice(3, 5), slice(0, 2), slice(2, 4)), (slice(1, 3), slice(0, 3), slice(2, 4))])
def test_a_box_that_does_not_fit_is_refused(box: tuple[slice, slice, slice]) -> None:
    with pytest.raises(ValueError, match="the box"):
        sink.apply(_mask(), _half(), box, SinkMode.ADD)
