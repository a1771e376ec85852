"""The policy of the site, in words: where it comes from, and what it demands."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from medcrypt_gui.core.language import tr
from medcrypt_gui.core.policy import Policy
from medcrypt_gui.ui.widgets.text import label


class SitePolicy(QDialog):
    """Read-only here: it is a file of the site's administrator."""

    def __init__(self, policy: Policy, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sitePolicy")
        self.setWindowTitle(tr("Site policy"))
        self.setMinimumWidth(480)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(12)
        column.addWidget(label(tr("Site policy"), "title"))
        source = (
            tr("From {path}. Only the administrator of this computer can change it.", path=policy.source)
            if policy.source is not None
            else tr("There is no policy on this computer: the program's own defaults hold.")
        )
        column.addWidget(label(source, "subtitle", "policySource"))
        look = "danger" if policy.fault else "body"
        column.addWidget(label("\n".join(f"• {line}" for line in policy.lines), look, "policyLines"))
        column.addStretch(1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
