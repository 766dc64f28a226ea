"""Policy documents: bytes in, clauses with their place in the source out."""

from courses.documents.registry import Reader, Reading, read, readers
from courses.documents.values import Clause, Document

__all__ = ["Clause", "Document", "Reader", "Reading", "read", "readers"]
