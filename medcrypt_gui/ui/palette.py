"""The colours of what is drawn over images. The mask is orange; these are told from it, and from each other, by eyes
of every kind (after Okabe and Ito), and by stripes besides."""

from __future__ import annotations

from medcrypt_gui.core.imaging.label_look import Colour

DOUBT: Colour = (86, 180, 233)
ADDED: Colour = (40, 130, 255)
REMOVED: Colour = (235, 90, 185)
MASK: Colour = (255, 140, 0)
SKIN: Colour = (226, 192, 170)
