"""One line of a file's header, for looking at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class HeaderEntry:
    """``tag`` is the field's address ("(0010,0010)"; empty in NIfTI), ``depth`` how many sequences it lies in."""

    tag: str
    name: str
    kind: str
    value: str
    depth: int = 0

    def holds(self, words: str) -> bool:
        """Whether every one of the words is in the tag, the name or the value, in any case."""
        text = f"{self.tag} {self.name} {self.value}".lower()
        return all(word in text for word in words.lower().split())
