"""The site that the program runs at: its policy, and what was approved there."""

from __future__ import annotations

from dataclasses import dataclass

from medcrypt_gui.core.errors import InputError
from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.policy import Policy
from medcrypt_gui.core.ports import PolicySource, ReviewStore
from medcrypt_gui.core.review.series_ref import SeriesRef
from medcrypt_gui.services.review_mask import is_approved
from medcrypt_gui.services.workbench import Workbench


@dataclass(frozen=True)
class Site:
    """Where the rules come from. Both are asked anew each time, so that nothing that was read before is trusted."""

    policy: PolicySource
    reviews: ReviewStore

    @classmethod
    def of(cls, bench: Workbench) -> Site:
        return cls(bench.policy, bench.reviews)

    def rules_for(self, series: Series, mask: RoiMask) -> tuple[Policy, bool]:
        """The policy, and whether somebody approved exactly this mask; a record that cannot be read says no."""
        try:
            approved = is_approved(series, mask, self.reviews)
        except InputError:
            approved = False
        return self.policy.read(), approved

    def is_reviewed(self, series: Series) -> bool:
        """Whether anything was kept or decided about a mask of this series; what cannot be read says yes."""
        try:
            record = self.reviews.read(SeriesRef.of(series)).record
        except InputError:
            return True
        return record.working is not None or bool(record.decisions)
