"""What an operation would work on now: the mask, the volume, and where the user looks."""

from __future__ import annotations

from medcrypt_gui.core.language import tr
from medcrypt_gui.core.operations.base import Subject
from medcrypt_gui.core.tools.base import PointerSample
from medcrypt_gui.ui.session import Session


def subject_of(session: Session) -> Subject | None:
    """What the chosen operation works on; None without a mask. The seed is the crosshair unless a tool placed one."""
    editor = session.editor
    if editor is None:
        return None
    x, y, z = session.crosshair
    seed = session.operations.seed or PointerSample((float(x), float(y), float(z)), session.view_axis)
    number = session.crosshair[session.view_axis]
    return Subject(editor.mask, session.volume, 2 - session.view_axis, number, seed)


def why_not_changed(session: Session) -> str:
    """Why nothing may be changed as things are shown now; empty where it may."""
    return "" if session.overlay.visible else tr("The mask is hidden: show it first (S).")
