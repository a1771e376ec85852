"""From a set's key to the keys of each instance (format.md, 2.1 and 2.2)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from medcrypt_gui.core import age
from medcrypt_gui.core.keys import schedule
from medcrypt_gui.core.keys.identity import fingerprint
from medcrypt_gui.core.protect.header_record import SET_ID_BYTES
from medcrypt_gui.core.protect.key_blob import KEY_BYTES, seal_key

RandomBytes = Callable[[int], bytes]


@dataclass(frozen=True)
class InstanceKeys:
    """The keys of one instance: ``tier(label)`` is ``k(1, label)``, ``full(label)`` is ``k(0, label)``."""

    salt: bytes
    _tier_key: bytes = field(repr=False)
    _full_key: bytes = field(repr=False)

    def tier(self, label: str) -> bytes:
        return schedule.derive(self._tier_key, self.salt, label)

    def full(self, label: str) -> bytes:
        return schedule.derive(self._full_key, self.salt, label)


@dataclass(frozen=True)
class SetKeys:
    """``K_1`` of a set, and what follows from it."""

    set_id: bytes
    tier_key: bytes = field(repr=False)

    @cached_property
    def _full_key(self) -> bytes:
        return schedule.full_key((self.tier_key,), self.set_id)

    def instance(self, salt: bytes) -> InstanceKeys:
        return InstanceKeys(salt, self.tier_key, self._full_key)

    def new_instance(self, records: Sequence[bytes], random_bytes: RandomBytes) -> InstanceKeys:
        """Keys under a fresh salt for the instance with these restore records."""
        return self.instance(schedule.instance_salt(self._full_key, self.set_id, random_bytes(32), records))


@dataclass(frozen=True)
class KeyedSet:
    """What all instances of one protection share: the keys, and the blob that hands them to the card's holder."""

    keys: SetKeys
    key_blob: bytes
    card_fingerprint: bytes

    @classmethod
    def create(
        cls,
        recipient: age.HybridRecipient,
        random_bytes: RandomBytes,
        others: Sequence[age.HybridRecipient] = (),
    ) -> KeyedSet:
        """A fresh set for the holder of one card, and for others who can open it too; all of them post-quantum."""
        keys = SetKeys(random_bytes(SET_ID_BYTES), random_bytes(KEY_BYTES))
        blob = seal_key(keys.set_id, keys.tier_key, [recipient, *others])
        return cls(keys, blob, bytes(fingerprint(str(recipient))))
