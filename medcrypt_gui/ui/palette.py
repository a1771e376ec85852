"""The colours of what is drawn over images. Those of labels are in ``core/mask/labels.py``; these are told from the
first of them, and from each other, by eyes of every kind (after Okabe and Ito), and by stripes besides."""

from __future__ import annotations

from medcrypt_gui.core.imaging.label_look import Colour

DOUBT: Colour = (86, 180, 233)
ADDED: Colour = (40, 130, 255)
REMOVED: Colour = (235, 90, 185)
SKIN: Colour = (226, 192, 170)
