"""Refusals of facts and samples."""

from typing import ClassVar

from shared.errors import NotFoundError


class SampleNotFoundError(NotFoundError):
    """No such sample within the caller's scope."""

    code: ClassVar[str] = "sample_not_found"
    title: ClassVar[str] = "抽样不存在"
