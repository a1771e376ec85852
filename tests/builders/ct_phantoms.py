"""A trunk on a table and a skull with its openings, in Hounsfield units, with noise that never changes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume

Region = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Trunk:
    """``volume`` and what lies where in it, each (Z, Y, X) bool."""

    volume: Volume
    patient: Region
    lungs: Region
    airway: Region
    gas: Region
    table: Region


def trunk(spacing_mm: float = 3.0, touching: bool = True) -> Trunk:
    """A chest with both lungs, trachea, a stomach bubble and an arm on a hollow table; lungs end at the last slice."""
    shape = tuple(round(mm / spacing_mm) for mm in (240.0, 330.0, 450.0))
    s, p, l = _places(shape, spacing_mm)
    chest = (p / 105) ** 2 + (l / 150) ** 2 < 1
    arm = (p - 20) ** 2 + (l - 190) ** 2 < 32**2
    lungs = np.zeros(shape, bool)
    for side in (-70, 70):
        lungs |= ((p / 75) ** 2 + ((l - side) / 48) ** 2 < 1) & (s > -40)
    airway = ((p + 10) ** 2 + l**2 < 9**2) & (s > 40)
    gas = (p + 45) ** 2 + (l - 60) ** 2 + (s + 85) ** 2 < 26**2
    surface = 104.0 if touching else 112.0
    table = ((np.abs(p - surface - 3) < 3) | (np.abs(p - surface - 45) < 3)) & (np.abs(l) < 205)
    hu = np.full(shape, -1000.0)
    for where, value in ((table, 30), (chest, 30), (arm, 30), (lungs, -860), (airway, -1000), (gas, -1000)):
        hu[where] = value
    return Trunk(_volume(hu, spacing_mm), chest | arm, lungs, airway, gas, table & ~chest & ~arm)


def skull(
    spacing_mm: float = 2.0, tilt_degrees: float = 0.0, gap_mm: float = 0.0, cropped: bool = False
) -> tuple[Volume, Region]:
    """A head whose skull has a foramen magnum, orbits and, with ``gap_mm``, a hole in its side; and its inside.

    It holds fluid, fresh blood and a calcification, which all belong to the inside. ``cropped`` cuts the vertex off.
    """
    shape = tuple(round(mm / spacing_mm) for mm in (210.0, 240.0, 200.0))
    s, p, l = _places(shape, spacing_mm)
    turn = np.radians(tilt_degrees)
    s, p = s * np.cos(turn) - p * np.sin(turn), s * np.sin(turn) + p * np.cos(turn)
    inside = _ellipsoid(s - 20, p, l, 62, 80, 66)
    head = _ellipsoid(s - 20, p, l, 74, 92, 78) | ((np.hypot(p, l) < 60) & (s < -20))
    bone = _ellipsoid(s - 20, p, l, 68, 86, 72) & ~inside
    canal = np.hypot(p - 15, l) < 16
    spine = (np.hypot(p - 15, l) < 26) & ~canal & (s < -36)
    bone &= ~(canal & (s < 0))
    bone &= ~(np.hypot(p + 70, l - 62) < gap_mm / 2)
    orbits = (p + 78) ** 2 + (np.abs(l) - 30) ** 2 + (s + 28) ** 2 < 20**2
    hu = np.full(shape, -1000.0)
    blood = inside & (np.hypot(p - 20, l - 40) < 14) & (np.abs(s - 30) < 15)
    calcified = inside & (np.hypot(p, l) < 4) & (np.abs(s - 20) < 4)
    fluid = inside & (np.hypot(p, np.abs(l) - 12) < 8) & (np.abs(s - 25) < 20)
    for where, value in (
        (head, 40), (orbits, -90), (bone | spine, 1000), (inside, 35), (fluid, 5), (blood, 75), (calcified, 400),
    ):  # fmt: skip
        hu[where] = value
    stop = round(shape[0] * 0.78) if cropped else shape[0]
    return _volume(hu[:stop], spacing_mm), inside[:stop]


def _ellipsoid(s: NDArray, p: NDArray, l: NDArray, rs: float, rp: float, rl: float) -> Region:
    return (s / rs) ** 2 + (p / rp) ** 2 + (l / rl) ** 2 < 1


def _places(shape: tuple[int, ...], spacing_mm: float) -> list[NDArray[np.float64]]:
    """Millimetres from the middle along S, P and L."""
    return list(np.meshgrid(*((np.arange(n) - (n - 1) / 2) * spacing_mm for n in shape), indexing="ij"))


def _volume(hu: NDArray[np.float64], spacing_mm: float) -> Volume:
    noise = np.random.default_rng(3).normal(0.0, 12.0, hu.shape)
    stored = np.clip(np.round(hu + noise), -1024, 3071).astype(np.int16)
    return Volume(stored, Geometry(stored.shape, np.diag([spacing_mm, spacing_mm, spacing_mm, 1.0])), unit="HU")
