"""Which files beside studies are the masks that came with them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_ENDINGS = (".nii.gz", ".nii")


@dataclass(frozen=True)
class MaskRule:
    """The mask of ``A.nii.gz`` is ``A`` + ``suffix``, gzipped or not, in the same folder (such as ``_brainmask``).

    An empty suffix: no masks came along. Files whose name ends with one of ``passed_over`` before their ending are no
    studies, such as ``_labels``.
    """

    suffix: str = ""
    passed_over: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if any("/" in one or "\\" in one for one in (self.suffix, *self.passed_over)):
            raise ValueError("a suffix is part of a name, not of a path")

    def masks_of(self, study: Path) -> Iterator[Path]:
        """Where the mask of a study may lie."""
        if self.suffix:
            for ending in _ENDINGS:
                yield study.with_name(_stem(study.name) + self.suffix + ending)

    def is_mask(self, path: Path) -> bool:
        """Whether the file is a mask by its name, with or without its study."""
        return bool(self.suffix) and path.name.lower().endswith(_ENDINGS) and _stem(path.name).endswith(self.suffix)

    def passes_over(self, path: Path) -> bool:
        return any(one and _stem(path.name).endswith(one) for one in self.passed_over)


def _stem(name: str) -> str:
    """The name without the ending of an image."""
    for ending in _ENDINGS:
        if name.lower().endswith(ending):
            return name[: -len(ending)]
    return Path(name).stem
