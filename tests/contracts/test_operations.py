"""Every operation says all that panel, menu and help need, changes nothing by itself, and can be cancelled."""

from __future__ import annotations

import dataclasses
import tomllib
from pathlib import Path

import numpy as np
import pytest

from medcrypt_gui.core.errors import Cancelled, MedcryptError
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.mask.box import box_shape
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.operations.base import Operation, Subject
from medcrypt_gui.core.operations.registry import all_operations
from medcrypt_gui.core.options import option_hints
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.core.tools.base import PointerSample

EVERY = pytest.mark.parametrize("one", all_operations(), ids=lambda one: one.id)


def _subject(empty: bool = False) -> Subject:
    geometry = Geometry((12, 20, 24), np.diag([1.0, 1.0, 2.0, 1.0]))
    labels = np.zeros(geometry.shape, np.uint8)
    if not empty:
        labels[2, 5:15, 5:15] = labels[8, 6:14, 6:14] = 1
    stored = np.random.default_rng(1).integers(0, 200, geometry.shape).astype(np.int16)
    volume = Volume(stored, geometry)
    return Subject(RoiMask(labels, geometry), volume, 0, 2, PointerSample((10.0, 10.0, 2.0), 2))


def test_the_import_contract_names_every_operation() -> None:
    project = tomllib.loads((Path(__file__).resolve().parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    named = next(one["modules"] for one in contracts if one["name"] == "One operation on masks knows no other")
    assert set(named) == {type(one).__module__ for one in all_operations()}


@EVERY
def test_an_operation_describes_itself(one: Operation) -> None:
    assert one.title
    assert one.help.endswith(".")
    options = one.options_type()
    assert dataclasses.is_dataclass(options)
    for field, hint in option_hints(one.options_type):
        value = getattr(options, field.name)
        assert hint.label
        if isinstance(value, float):
            assert hint.minimum <= value <= hint.maximum


@EVERY
def test_it_changes_nothing_by_itself_and_its_parts_fill_their_boxes(one: Operation) -> None:
    subject = _subject()
    before = subject.mask.labels.copy()
    if one.why_not(subject):
        return
    change = one.run(subject, one.suggested(subject, TaskContext()), TaskContext())
    assert np.array_equal(subject.mask.labels, before)
    for part in change.parts:
        assert part.region.dtype == np.bool_
        assert part.region.shape == box_shape(part.box)


@EVERY
def test_an_empty_mask_is_refused_with_a_reason_or_is_fine(one: Operation) -> None:
    subject = _subject(empty=True)
    if one.why_not(subject):
        return
    reason = "fine"
    try:
        one.run(subject, one.options_type(), TaskContext())
    except MedcryptError as error:
        reason = str(error)
    assert reason


@EVERY
def test_it_can_be_cancelled(one: Operation) -> None:
    subject, task = _subject(), TaskContext()
    if one.why_not(subject):
        return
    options = one.suggested(subject, TaskContext())
    task.cancel()
    with pytest.raises(Cancelled):
        one.run(subject, options, task)
