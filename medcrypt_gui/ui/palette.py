"""The colours of what is drawn over images. Those of labels are in ``core/mask/labels.py``; these are told from all
of them, and from each other, by eyes of every kind, and by stripes besides."""

from __future__ import annotations

from medcrypt_gui.core.imaging.label_look import Colour

DOUBT: Colour = (224, 224, 255)
ADDED: Colour = (64, 255, 192)
REMOVED: Colour = (192, 0, 32)
SKIN: Colour = (226, 192, 170)
