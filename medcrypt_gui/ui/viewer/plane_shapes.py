"""Shapes known in millimetres, as they lie in one view."""

from __future__ import annotations

import math

from PySide6.QtCore import QLineF, QPointF
from PySide6.QtGui import QPolygonF

from medcrypt_gui.core.imaging.oblique import cut
from medcrypt_gui.core.imaging.planes import PlaneView
from medcrypt_gui.core.imaging.shear import circle_steps
from medcrypt_gui.core.imaging.view_frame import ViewFrame
from medcrypt_gui.ui.viewer.view_state import ViewState

_LEAST_TIP_PIXELS = 1.5


def tip_rim(state: ViewState, view: PlaneView, frame: ViewFrame, radius_mm: float, ratio: float) -> QPolygonF:
    """The rim of a tip around (0, 0), in widget pixels, ``ratio`` device pixels each.

    It is round in the patient; where a tilted slice is shown as stored it is not round on the screen.
    """
    assert state.volume is not None
    steps_mm = state.volume.geometry.affine_lps[:3, :3]
    u, v = steps_mm[:, view.u_axis] * view.u_sign, steps_mm[:, view.v_axis] * view.v_sign
    rim = circle_steps(u, v, max(radius_mm, _LEAST_TIP_PIXELS * ratio / frame.scale))
    return QPolygonF([QPointF(x, y) for x, y in rim @ frame.matrix()[:, :2].T / ratio])


def cut_line(state: ViewState, view: PlaneView, n: int, frame: ViewFrame, ratio: float) -> QLineF | None:
    """Where the oblique plane cuts slice ``n``, in widget pixels and longer than the view.

    None while no oblique plane is shown, or where both are parallel.
    """
    if state.oblique is None or state.volume is None:
        return None
    found = cut(state.oblique, state.volume.geometry, view, n)
    if found is None:
        return None
    (u, v), (du, dv) = found
    first, second = QPointF(*frame.to_view(u, v)), QPointF(*frame.to_view(u + du, v + dv))
    way = second - first
    # From the point of the line that is nearest to the middle, so that no zoom makes it end within the view.
    middle = QPointF((frame.width - 1) / 2, (frame.height - 1) / 2)
    length = math.hypot(way.x(), way.y())
    nearest = first + way * (QPointF.dotProduct(middle - first, way) / length**2)
    reach = way * ((frame.width + frame.height) / length)
    half = QPointF(0.5, 0.5)
    return QLineF((nearest - reach + half) / ratio, (nearest + reach + half) / ratio)
