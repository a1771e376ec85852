"""The flows of the window, one per subject."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from PySide6.QtCore import QObject

from medcrypt_gui.ui.flows.card_flow import CardFlow
from medcrypt_gui.ui.flows.correct_flow import CorrectFlow
from medcrypt_gui.ui.flows.decide_flow import DecideFlow
from medcrypt_gui.ui.flows.desk import Desk
from medcrypt_gui.ui.flows.doubt_flow import DoubtFlow
from medcrypt_gui.ui.flows.guest_flow import GuestFlow
from medcrypt_gui.ui.flows.label_flow import LabelFlow
from medcrypt_gui.ui.flows.learn_flow import LearnFlow
from medcrypt_gui.ui.flows.models_flow import ModelsFlow
from medcrypt_gui.ui.flows.open_flow import OpenFlow
from medcrypt_gui.ui.flows.operation_flow import OperationFlow
from medcrypt_gui.ui.flows.propose_all_flow import ProposeAllFlow
from medcrypt_gui.ui.flows.protect_flow import ProtectFlow
from medcrypt_gui.ui.flows.review_flow import ReviewFlow
from medcrypt_gui.ui.flows.roi_flow import RoiFlow
from medcrypt_gui.ui.flows.size_flow import SizeFlow
from medcrypt_gui.ui.flows.suggestion_flow import SuggestionFlow
from medcrypt_gui.ui.flows.threshold_flow import ThresholdFlow
from medcrypt_gui.ui.flows.unlock_flow import UnlockFlow
from medcrypt_gui.ui.flows.worklist_flow import WorklistFlow


@dataclass(frozen=True)
class Flows:
    """One flow per step."""

    open: OpenFlow
    guests: GuestFlow
    models: ModelsFlow
    roi: RoiFlow
    threshold: ThresholdFlow
    doubt: DoubtFlow
    learn: LearnFlow
    operation: OperationFlow
    suggestion: SuggestionFlow
    correct: CorrectFlow
    labels: LabelFlow
    sizes: SizeFlow
    protect: ProtectFlow
    card: CardFlow
    unlock: UnlockFlow
    worklist: WorklistFlow
    review: ReviewFlow
    decide: DecideFlow
    propose_all: ProposeAllFlow

    @classmethod
    def on(cls, desk: Desk, parent: QObject) -> Flows:
        unlock = UnlockFlow(desk, parent)
        opening = OpenFlow(desk, unlock.disclose, parent)
        review = ReviewFlow(desk, opening.stop_reading, parent)
        return cls(
            opening,
            GuestFlow(desk, parent),
            ModelsFlow(desk, parent),
            RoiFlow(desk, parent),
            ThresholdFlow(desk, parent),
            DoubtFlow(desk, parent),
            LearnFlow(desk, parent),
            OperationFlow(desk, parent),
            SuggestionFlow(desk, parent),
            CorrectFlow(desk, parent),
            LabelFlow(desk, parent),
            SizeFlow(desk, parent),
            ProtectFlow(desk, parent),
            CardFlow(desk, parent),
            unlock,
            WorklistFlow(desk, review.wait_until_decided, parent),
            review,
            DecideFlow(desk, review, parent),
            ProposeAllFlow(desk, review, parent),
        )

    def all(self) -> tuple[Any, ...]:
        """Every flow says what failed (``failed``) and what it did (``said``)."""
        return tuple(getattr(self, field.name) for field in fields(self))
