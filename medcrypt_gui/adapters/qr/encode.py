"""QR codes of key cards (the library ``qrcode``)."""

from __future__ import annotations

import qrcode
from PIL import Image
from qrcode.constants import ERROR_CORRECT_Q
from qrcode.util import MODE_ALPHA_NUM, QRData

QUIET_MODULES = 4
"""The white margin that a reader needs around a code."""


def qr_modules(text: str) -> list[list[bool]]:
    """The modules of a code at level Q, row by row, True = black, without margin.

    ``text`` must keep to QR's alphanumeric alphabet, as key cards do: 80 characters give 37 modules, 136 give 49.
    """
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_Q, border=0)
    code.add_data(QRData(text.encode("ascii"), mode=MODE_ALPHA_NUM))
    code.make(fit=True)
    return [[bool(module) for module in row] for row in code.get_matrix()]


def qr_image(text: str, module_px: int = 8) -> Image.Image:
    """The code as a grey picture with its margin, for the screen."""
    modules = qr_modules(text)
    side = len(modules)
    image = Image.new("L", (side + 2 * QUIET_MODULES, side + 2 * QUIET_MODULES), 255)
    for y, row in enumerate(modules):
        for x, black in enumerate(row):
            if black:
                image.putpixel((x + QUIET_MODULES, y + QUIET_MODULES), 0)
    return image.resize((image.width * module_px, image.height * module_px), Image.Resampling.NEAREST)
