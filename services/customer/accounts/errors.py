"""What contracts and accounts refuse, each with its own code."""

from typing import ClassVar

from shared.errors import ConflictError, IllegalTransitionError, NotFoundError, RuleViolatedError, StaleError


class ContractNotFoundError(NotFoundError):
    """No such contract, or not for this person."""

    code = "contract_not_found"
    title: ClassVar[str] = "合同不存在"


class ContractNumberTakenError(ConflictError):
    """Another contract of the company has the number."""

    code = "contract_number_taken"
    title: ClassVar[str] = "合同编号已被使用"


class ContractEndedError(IllegalTransitionError):
    """The contract was fulfilled, ended or cancelled already."""

    code = "contract_ended"
    title: ClassVar[str] = "合同已终结"


class ContractStaleError(StaleError):
    """Somebody changed the contract meanwhile."""

    code = "contract_stale"
    title: ClassVar[str] = "合同已被他人修改"


class WorksNotDueError(RuleViolatedError):
    """A contract of this kind has no works, so that none can be due; or one that has them says no date."""

    code = "works_due_mismatch"
    title: ClassVar[str] = "合同期限与合同种类不符"


class AccountChangeNotFoundError(NotFoundError):
    """No such opening, transfer or closing."""

    code = "account_change_not_found"
    title: ClassVar[str] = "没有这次账户办理"


class AccountOpenError(ConflictError):
    """The account is open already."""

    code = "account_open"
    title: ClassVar[str] = "账户已开立"


class AccountNotOpenError(ConflictError):
    """There is no open account."""

    code = "account_not_open"
    title: ClassVar[str] = "账户未开立"


class OpeningIncompleteError(RuleViolatedError):
    """What the pack asks for before an opening is not on record."""

    code = "opening_incomplete"
    title: ClassVar[str] = "开户资料不全"


class AccountUnsettledError(ConflictError):
    """Something is open that must be settled first."""

    code = "account_unsettled"
    title: ClassVar[str] = "尚有未了结事项"


class ReadingForeignError(RuleViolatedError):
    """A reading of a meter that is not this customer's, or lower than what it has shown."""

    code = "reading_invalid"
    title: ClassVar[str] = "末次读数不符"
