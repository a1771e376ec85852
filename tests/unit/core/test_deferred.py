"""What is made when it is first used."""

from __future__ import annotations

import threading

import pytest

from medcrypt_gui.core.deferred import deferred, make_now


class _Counted:
    def __init__(self) -> None:
        self.value = 7


def test_nothing_is_made_before_it_is_used_and_then_once_for_all_threads() -> None:
    made: list[_Counted] = []

    def make() -> _Counted:
        made.append(_Counted())
        return made[-1]

    stand_in = deferred(make)
    assert made == []
    threads = [threading.Thread(target=lambda: stand_in.value) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert stand_in.value == 7
    assert len(made) == 1


def test_what_cannot_be_made_is_tried_again() -> None:
    tries: list[int] = []

    def make() -> _Counted:
        tries.append(1)
        if len(tries) == 1:
            raise OSError
        return _Counted()

    stand_in = deferred(make)
    with pytest.raises(OSError):
        _ = stand_in.value
    assert stand_in.value == 7


def test_making_now_leaves_other_objects_alone() -> None:
    made: list[int] = []
    stand_in = deferred(lambda: made.append(1))
    make_now(stand_in, object())
    assert made == [1]
