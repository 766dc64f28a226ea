"""Bring what people type into one form, so that only what matters is compared."""

from __future__ import annotations

import re
import unicodedata

_DASHES = re.compile("[\u2010-\u2015\u2212]+")
_DIGITS = "零一二三四五六七八九"
_NUMERAL = re.compile(f"[{_DIGITS}十百千]+")
_ONE_SPELLING = str.maketrans("〇两", "零二")
_KEPT = frozenset("%‰")  # punctuation to Unicode, but 60 % is not 60


def comparable(text: str, *, exact_numerals: bool = False) -> str:
    """Return the text without what does not matter in a short answer.

    Width, case, spaces and punctuation do not matter, except the percent sign, points and the like between
    digits (1.5) and a dash before one (-5). Chinese numerals become digits, unless asked exactly as written.
    """
    folded = _DASHES.sub("-", unicodedata.normalize("NFKC", text)).casefold()
    folded = "".join(folded.replace("、", ",").replace("。", ".").split())
    if not exact_numerals:
        folded = _NUMERAL.sub(lambda found: _in_digits(found[0]), folded.translate(_ONE_SPELLING))
    around = zip(" " + folded, folded, folded[1:] + " ", strict=False)
    return "".join(sign for before, sign, after in around if not _is_idle(before, sign, after))


def _is_idle(before: str, sign: str, after: str) -> bool:
    """Tell whether a sign can be left out without changing the answer."""
    category = unicodedata.category(sign)
    if sign in _KEPT or category[0] not in "PZC":
        return False
    if category == "Pd":
        return not after.isdecimal()
    return category != "Po" or sign in "\"'" or not (before.isdecimal() and after.isdecimal())


def _in_digits(numeral: str) -> str:
    """Return a numeral in digits, whether it counts (二十三) or spells (二三); what does neither stays."""
    if all(sign in _DIGITS for sign in numeral):
        return "".join(str(_DIGITS.index(sign)) for sign in numeral)
    return _COUNTED.get(numeral, numeral)


def _counted(number: int) -> str:
    """Return the Chinese numeral of a number from 10 to 9999."""
    places = zip(f"{number:04}", ("千", "百", "十", ""), strict=True)
    spelled = "".join(_DIGITS[int(digit)] + (unit if digit != "0" else "") for digit, unit in places)
    spelled = re.sub("零+", "零", spelled).strip("零")
    return spelled[1:] if spelled.startswith("一十") else spelled


_COUNTED = {_counted(number): str(number) for number in range(10, 10_000)}
