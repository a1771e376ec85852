"""What is drawn over images is told from every label's colour, by eyes of every kind."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray
from skimage.color import deltaE_ciede2000, rgb2lab

from medcrypt_gui.core.imaging.label_look import Colour
from medcrypt_gui.core.mask.labels import COLOURS
from medcrypt_gui.ui.palette import ADDED, DOUBT, REMOVED

_TOLD = 10.0  # the labels themselves are 8.1 from each other
# Severity 1.0 of Machado, Oliveira and Fernandes (2009): protanopia, deuteranopia, tritanopia.
_EYES = (
    np.eye(3),
    np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
)


def _seen(colour: Colour, eye: NDArray[np.float64]) -> NDArray[np.float64]:
    share = np.array(colour) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    seen = np.clip(eye @ linear, 0, 1)
    return np.asarray(rgb2lab(np.where(seen <= 0.0031308, seen * 12.92, 1.055 * seen ** (1 / 2.4) - 0.055)))


def _apart(one: Colour, other: Colour) -> float:
    return min(float(deltaE_ciede2000(_seen(one, eye), _seen(other, eye))) for eye in _EYES)


def test_marks_are_told_from_labels_and_from_each_other() -> None:
    marks = (DOUBT, ADDED, REMOVED)
    for one, other in (*product(marks, COLOURS), *combinations(marks, 2)):
        assert _apart(one, other) >= _TOLD, (one, other)
