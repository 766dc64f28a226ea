"""The Chinese catalogue is complete and fits the code."""

import re

import pytest
from babel.messages.catalog import Message

from docs import messages

PLACE = re.compile(r"%\((\w+)\)[sd]")


def test_every_text_of_the_site_has_its_chinese() -> None:
    assert messages.untranslated(messages.brought_up_to_date()) == []


def test_the_catalogue_holds_nothing_that_is_no_longer_used() -> None:
    used = {message.id for message in messages.collected()}
    assert [message.id for message in messages.current() if message.id and message.id not in used] == []


@pytest.mark.parametrize(
    "message", [each for each in messages.current() if each.id], ids=lambda each: str(each.id)[:40]
)
def test_a_translation_has_the_places_of_its_original(message: Message) -> None:
    originals = message.id if isinstance(message.id, tuple | list) else (message.id,)
    translations = message.string if isinstance(message.string, tuple | list) else (message.string,)
    expected = set(PLACE.findall(" ".join(originals)))
    for translation in translations:
        assert set(PLACE.findall(translation)) <= expected
        assert expected - {"num"} <= set(PLACE.findall(translation))
