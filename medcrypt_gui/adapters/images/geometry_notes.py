"""What is said of an image that lies oddly, in the same words for every format."""

from __future__ import annotations

import numpy as np

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.language import tr

_SHEAR = 0.01  # cosine between two axes: half a degree


def not_oriented() -> str:
    """Of an image whose file does not say how it lies."""
    return tr("The file does not say how the image lies in the patient; no orientation letters are shown.")


def shape_notes(geometry: Geometry) -> tuple[str, ...]:
    """Of axes that are not at right angles, as a tilted gantry leaves them, or a registration."""
    directions = geometry.affine_lps[:3, :3] / np.linalg.norm(geometry.affine_lps[:3, :3], axis=0)
    if np.abs(directions.T @ directions - np.eye(3)).max() <= _SHEAR:
        return ()
    return (tr("The image's axes are not at right angles (sheared); it is shown as if they were."),)
