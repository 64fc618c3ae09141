"""The inspection chapter's section on plans of year, quarter and month per level, execution plans (domain.md 2.5)."""

from shared.policy.commitments import ClauseCode, Entry


class Programme(Entry):
    """Plans of year, quarter and month per level, execution plans (服务检查计划)."""

    clause: ClauseCode
