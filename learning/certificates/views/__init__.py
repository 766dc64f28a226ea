"""Pages about certificates."""

from learning.certificates.views import asking, batches, holding, issued, verifying
from learning.certificates.views.pages import blueprint

__all__ = ["asking", "batches", "blueprint", "holding", "issued", "verifying"]
