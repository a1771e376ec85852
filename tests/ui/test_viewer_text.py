"""What stands in the corners of a view."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.planes import Plane, plane_view
from medcrypt_gui.core.imaging.series import ImageFormat, PatientText, Series
from medcrypt_gui.core.imaging.volume import Volume, Window
from medcrypt_gui.ui.viewer.corner_text import Corners, corners, cursor_lines, position_text
from medcrypt_gui.ui.viewer.view_state import ViewState


def _state(oriented: bool = True) -> ViewState:
    geometry = Geometry((4, 6, 8), np.diag([-1.0, 1.0, 2.5, 1.0]), oriented)
    volume = Volume(np.arange(192, dtype=np.int16).reshape(4, 6, 8), geometry, intercept=-100, unit="HU")
    text = PatientText("Doe^Jane", "4711", "1970-01-01", "F", "2024-01-01", "Institution")
    series = Series(
        "1.2", ImageFormat.DICOM, "CT", "Jane's head", 2, (Path("one.dcm"),), geometry, text, details=("120 kVp",)
    )
    return ViewState(volume=volume, series=series, crosshair=(1, 2, 3), window=Window(40, 400))


def _corners(state: ViewState, skipped: int = 0) -> Corners:
    assert state.volume is not None
    return corners(state, plane_view(state.volume.geometry, Plane.AXIAL), 1.5, (), skipped)


def test_the_corners_say_who_what_how_and_where() -> None:
    shown = _corners(_state())
    assert shown.top_left == ("Doe^Jane", "4711", "1970-01-01  F", "2024-01-01")
    assert shown.top_right == ("Institution", "CT  Series 2", "Jane's head")
    assert shown.bottom_left == ("120 kVp", "W 400  L 40", "Zoom 150 %   slice 2.5 mm", "R 1.0  P 2.0  S 7.5 mm")
    assert shown.bottom_right == ("Axial  4 / 4",)


def test_hidden_names_leave_nothing_about_the_patient() -> None:
    state = _state()
    state.names_hidden = True
    shown = _corners(state)
    words = " ".join((*shown.top_left, *shown.top_right, *shown.bottom_left, *shown.bottom_right))
    for private in ("Jane", "4711", "1970", "Institution", "2024"):
        assert private not in words


def test_skipped_slices_are_counted() -> None:
    assert _corners(_state(), skipped=3).bottom_right[-1] == "Axial  4 / 4   3 skipped"


def test_the_cursor_names_value_and_place_and_nothing_outside() -> None:
    assert cursor_lines(_state(), (1, 2, 3)) == ("61 HU", "R 1.0  P 2.0  S 7.5 mm")
    assert cursor_lines(_state(), (8, 0, 0)) == ()


def test_an_unoriented_volume_claims_no_sides() -> None:
    volume = _state(oriented=False).volume
    assert volume is not None
    assert position_text(volume, (1, 2, 3)) == "x -1.0  y 2.0  z 7.5 mm"
