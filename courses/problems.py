"""What is wrong with something a person wrote, as a value."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Problem:
    """Say what is wrong and where.

    `where` is a file name, with the line after a colon if it is known.  `message` is an English message id
    with named places for `params`; it is always written out as the third argument, so that the message
    catalogue can collect it from there (`pybabel extract -k Problem:3`).
    """

    code: str
    where: str
    message: str
    params: Mapping[str, str | int] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.where}: {self.message % self.params}"
