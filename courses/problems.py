"""What is wrong with something a person wrote, as a value."""

from collections.abc import Mapping
from dataclasses import dataclass, field


def N_(message: str) -> str:  # noqa: N802 - gettext's own name; the catalogue is collected by it
    """Mark an English text for translation; whoever shows it translates it."""
    return message


@dataclass(frozen=True)
class Problem:
    """Say what is wrong and where.

    `where` is a file name, with the line after a colon if it is known.  `message` is an English message id
    with `%(name)s` places for `params`.
    """

    code: str
    where: str
    message: str
    params: Mapping[str, str | int] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.where}: {self.message % self.params}"
