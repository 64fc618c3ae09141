"""What the incentive service reads of a policy pack: so far the common chapter, which every process reads."""

from collections.abc import Mapping
from types import MappingProxyType

from shared.policy.model import ChapterHeader

CHAPTERS: Mapping[str, type[ChapterHeader]] = MappingProxyType({})
"""Chapters of its own by name: none before rewards and penalties (domain.md 2.6) are handled here."""
