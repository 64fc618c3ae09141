"""Why a file is not taken."""

from shared.errors import NotFoundError, RuleViolatedError


class FileTypeRefusedError(RuleViolatedError):
    """The content is none of the types that are stored, whatever its name says."""

    code = "file_type_refused"
    title = "不接受此类文件"


class FileDamagedError(RuleViolatedError):
    """The content looks like a type but cannot be read as one."""

    code = "file_damaged"
    title = "文件已损坏"


class FileTooLargeError(RuleViolatedError):
    """More bytes, pixels or archive members than are allowed."""

    code = "file_too_large"
    title = "文件过大"


class FileNotStoredError(NotFoundError):
    """No such file, or its content is gone."""

    code = "file_not_found"
    title = "未找到文件"
