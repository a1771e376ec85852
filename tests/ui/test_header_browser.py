"""The header behind the shown slice, nested elements and all, found by words."""

from __future__ import annotations

from pathlib import Path

from builders.dicom import build_series
from builders.nifti import build_nifti
from pydicom import dcmread
from pydicom.dataset import Dataset
from PySide6.QtWidgets import QLineEdit, QTreeWidget
from ui.driver import Driver


def shown(window: Driver) -> list[list[str]]:
    tree = window.find("headerTree", QTreeWidget)
    items = [tree.topLevelItem(row) for row in range(tree.topLevelItemCount())]
    return [[item.text(column) for column in range(4)] for item in items if item is not None and not item.isHidden()]


def browse(window: Driver) -> None:
    window.settle()
    window.window.named_actions["headerAction"].trigger()
    window.settle()


def test_elements_are_listed_and_found(window: Driver, tmp_path: Path) -> None:
    for path in build_series(tmp_path / "study", slices=3, rows=8, columns=8):
        dataset = dcmread(path)
        inner = Dataset()
        inner.CodeMeaning = "Phantom of a head"
        dataset.ProcedureCodeSequence = [inner]
        dataset.add_new(0x00091001, "OB", bytes(5000))
        dataset.save_as(path)
    window.open(tmp_path / "study")
    browse(window)
    assert ["(0008,0060)", "Modality", "CS", "MR"] in shown(window)
    assert any(row[3] == "5000 bytes" for row in shown(window))
    window.find("headerSearch", QLineEdit).setText("phantom HEAD")
    ((tag, _name, _kind, value),) = shown(window)
    assert (tag.strip(), value) == ("(0008,0104)", "Phantom of a head")
    assert tag.startswith(" "), "nested elements are indented"
    assert window.text("headerCount").startswith("1 of ")


def test_nifti_fields_are_listed(window: Driver, tmp_path: Path) -> None:
    window.open(build_nifti(tmp_path / "a.nii.gz"))
    browse(window)
    fields = {row[1]: row[3] for row in shown(window)}
    assert fields["dim"] == "3 20 16 5 1 1 1 1"
    assert fields["magic"] == "n+1"


def test_a_file_that_is_gone_is_told(window: Driver, tmp_path: Path) -> None:
    files = build_series(tmp_path / "study", slices=3, rows=8, columns=8)
    window.open(tmp_path / "study")
    window.settle()
    for path in files:
        path.unlink()
    browse(window)
    assert window.text("openNotice")


def test_nothing_open_has_no_header(window: Driver) -> None:
    window.window.named_actions["headerAction"].trigger()
    assert "Nothing is open" in window.text("statusSentence")
