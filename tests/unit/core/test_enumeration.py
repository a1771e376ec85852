from medcrypt_gui.core.enumeration import all_of, any_of


def test_one_word_stays_as_it_is() -> None:
    assert all_of(["brain"]) == any_of(["brain"]) == "brain"


def test_words_are_joined_in_their_order() -> None:
    assert all_of(iter(("brain", "face", "text"))) == "brain and face and text"
    assert any_of((".pdf", ".png")) == ".pdf or .png"


def test_braces_in_a_word_are_no_placeholder() -> None:
    assert all_of(["{first}", "{second}"]) == "{first} and {second}"
