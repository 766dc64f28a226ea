"""Know the paragraphs that questions may cite."""

from functools import cache

#: Paragraphs of each section of the opinion, the preamble first.
_PARAGRAPHS = (1, 5, 8, 7, 3, 3, 3, 4, 3, 5, 4, 3)


@cache
def paragraphs() -> tuple[str, ...]:
    """Return the references of all paragraphs, in the order of the document."""
    return tuple(
        f"{section}.{number}" for section, most in enumerate(_PARAGRAPHS) for number in range(1, most + 1)
    )
