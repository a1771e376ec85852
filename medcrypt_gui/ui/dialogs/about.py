"""Help > About: version, what this is not, and whose work it stands on."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QLabel, QVBoxLayout, QWidget

from medcrypt_gui import __version__
from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.ui import icons
from medcrypt_gui.ui.widgets.text import button, label

_LICENCES = mark(
    "MedCrypt is free software under the Apache License 2.0. It uses Qt for Python (LGPL v3), pyqtgraph, NumPy, "
    "SciPy, OpenCV, numba, pydicom, nibabel, GDCM, ONNX Runtime, cryptography, ReportLab, pypdfium2, qrcode and "
    "zxing-cpp, each under its own licence. The fingerprint words are the long list of the Electronic Frontier "
    "Foundation (CC BY 3.0 US)."
)

_WIDTH = 480


class AboutDialog(QDialog):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("aboutDialog")
        self.setWindowTitle(tr("About MedCrypt"))
        picture = QLabel()
        picture.setPixmap(icons.icon("logo").pixmap(QSize(48, 48)))
        close = button(tr("Close"), "aboutClose")
        close.clicked.connect(self.accept)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(12)
        layout.addWidget(picture)
        layout.addWidget(label(f"MedCrypt {__version__}", "title", "aboutVersion"))
        layout.addWidget(label(tr("Not a medical device. Not for primary diagnosis."), "warning", "aboutNotice"))
        layout.addWidget(label(tr("File formats are version 0, a draft."), "body"))
        licences = label(tr(_LICENCES), "muted", "aboutLicences")
        licences.setFixedWidth(_WIDTH - 48)
        layout.addWidget(licences)
        layout.addSpacing(8)
        layout.setSizeConstraint(QVBoxLayout.SizeConstraint.SetFixedSize)
        layout.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
