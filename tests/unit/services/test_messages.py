"""Every error class has words of its own, and no message quotes what it must not."""

from __future__ import annotations

import pytest

from medcrypt_gui.cli.exit_codes import exit_code
from medcrypt_gui.core import errors
from medcrypt_gui.services.messages import explain


def all_errors() -> list[type[errors.MedcryptError]]:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    found = [kind for kind in kinds if issubclass(kind, errors.MedcryptError)]
    return [kind for kind in found if kind is not errors.SeveralSeriesError]


@pytest.mark.parametrize("kind", all_errors())
def test_every_error_says_what_happened_and_what_is_untouched(kind: type[errors.MedcryptError]) -> None:
    message = explain(kind("slice 7 is cut short", path="/studies/IM7"))
    assert message.title
    assert message.untouched
    assert "Slice 7 is cut short." in message.text or "slice 7 is cut short" in message.text
    assert message.next_step or kind is errors.Cancelled


@pytest.mark.parametrize("kind", all_errors())
def test_titles_are_distinct(kind: type[errors.MedcryptError]) -> None:
    others = {explain(other("x")).title for other in all_errors() if other is not kind}
    assert explain(kind("x")).title not in others


def test_an_unexpected_error_is_told_without_its_own_words() -> None:
    assert "Mustermann" not in explain(RuntimeError("Mustermann^Max")).text


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.SeveralSeriesError(("1 T1", "2 T2")), 2),
        (errors.UnreadableFileError("x"), 3),
        (errors.NoRoiError("x"), 3),
        (errors.WrongPassphraseError("x"), 4),
        (errors.NoQrCodeError("x"), 4),
        (errors.RewrittenError("x"), 5),
        (errors.DiskFullError("x"), 6),
        (errors.PartialResultError("x"), 7),
        (errors.Cancelled("x"), 130),
        (ValueError("x"), 1),
    ],
)
def test_exit_codes_are_those_of_the_manual(error: BaseException, code: int) -> None:
    assert exit_code(error) == code
