"""The table of measurements says the same as the views, in numbers a spreadsheet reads."""

from __future__ import annotations

import csv
from dataclasses import replace

import numpy as np

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.measurement_table import table_of
from medcrypt_gui.core.imaging.measurements import Measurement, Shape
from medcrypt_gui.core.imaging.volume import Volume

VOLUME = Volume(np.full((9, 20, 30), 7, np.int16), Geometry((9, 20, 30), np.diag([0.5, 0.5, 2.0, 1.0])), unit="HU")


def test_every_kind_has_its_columns_and_the_others_are_empty() -> None:
    drawn = (
        Measurement(Shape.DISTANCE, 2, (0.0, 0.0, 4.0), (6.0, 8.0, 4.0)),
        Measurement(Shape.ANGLE, 2, (5.0, 0.0, 4.0), (0.0, 0.0, 4.0), (0.0, 5.0, 4.0)),
        Measurement(Shape.RECTANGLE, 1, (0.0, 3.0, 0.0), (1.0, 3.0, 1.0)),
        Measurement(Shape.ELLIPSE, 0, (3.0, 50.0, 50.0), (3.0, 60.0, 60.0)),
    )
    titles, *rows = csv.reader(table_of(drawn, VOLUME).splitlines())
    assert all(len(row) == len(titles) for row in rows)
    told = [{title: cell for title, cell in zip(titles, row, strict=True) if cell} for row in rows]
    assert told[0] == {"Number": "1", "Kind": "Distance", "Plane": "Axial", "Slice": "5", "Length (mm)": "5.00"}
    assert told[1]["Angle (degrees)"] == "90.00"
    assert (told[2]["Plane"], told[2]["Slice"], told[2]["Mean"], told[2]["SD"]) == ("Coronal", "4", "7", "0")
    assert (told[2]["Unit"], told[2]["Area (mm²)"], told[2]["Voxels"]) == ("HU", "4.00", "4")
    assert "Mean" not in told[3]


def test_the_separator_is_the_one_asked_for() -> None:
    line = table_of((Measurement(Shape.DISTANCE, 2, (0.0, 0.0, 4.0), (6.0, 8.0, 4.0)),), VOLUME, separator="\t")
    assert line.splitlines()[1].split("\t")[:2] == ["1", "Distance"]


def test_pixels_of_unknown_size_are_not_called_millimetres() -> None:
    drawn = (Measurement(Shape.DISTANCE, 2, (0.0, 0.0, 4.0), (6.0, 8.0, 4.0)),)
    unknown = replace(VOLUME, geometry=replace(VOLUME.geometry, calibrated=False))
    titles = table_of(drawn, unknown).splitlines()[0].split(",")
    assert "Length (px)" in titles
    assert "Area (px²)" in titles
    assert not any("mm" in title for title in titles)
