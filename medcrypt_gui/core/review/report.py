"""What a report of a review says, before it becomes a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.language import tr
from medcrypt_gui.core.review.record import Decision
from medcrypt_gui.core.review.state import ReviewState


@dataclass(frozen=True, eq=False)
class ReportLine:
    """One study. ``picture`` is ``(H, W, 3)`` RGB with the mask's outline, None where there is none.

    ``id`` is the beginning of the worklist's. ``where``, the path, and ``patient`` are empty unless names were asked
    for: folders often bear them. ``version`` is None where none was ever approved. ``notes`` are whole sentences.
    """

    name: str
    id: str
    modality: str
    state: ReviewState
    version: int | None
    reviewer: str
    when: datetime | None
    comment: str
    volume_ml: float | None
    sha256: str
    history: tuple[Decision, ...] = ()
    where: str = ""
    patient: str = ""
    notes: tuple[str, ...] = ()
    picture: NDArray[np.uint8] | None = None
    picture_text: str = ""


@dataclass(frozen=True, eq=False)
class ReviewReport:
    """All studies of a worklist, and how far the review is, such as "17 of 20 done". ``made`` is UTC."""

    title: str
    summary: str
    lines: tuple[ReportLine, ...]
    made: datetime
    program_version: str
    with_names: bool = False


def history_texts(line: ReportLine) -> tuple[str, ...]:
    """Every decision in a few words, oldest first."""
    return tuple(
        tr(
            "version {version}: {state}, {reviewer}, {when}",
            version=one.version,
            state=tr(one.state.value),
            reviewer=one.reviewer,
            when=time_text(one.when),
        )
        for one in line.history
    )


def time_text(when: datetime | None) -> str:
    """UTC to the second, empty for none."""
    return when.strftime("%Y-%m-%d %H:%M:%S") if when is not None else ""
