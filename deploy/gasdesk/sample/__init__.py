"""A realistic customer base, the same for the same seed; nobody in it exists."""

from deploy.gasdesk.sample.base import Base, generate
from deploy.gasdesk.sample.workbook import write

__all__ = ["Base", "generate", "write"]
