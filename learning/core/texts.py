"""Mark texts that are translated later, where they are shown."""


def N_(message: str) -> str:  # noqa: N802 - the name by which the extraction finds it
    """Return an English message id unchanged; it is collected for the catalogue of translations."""
    return message
