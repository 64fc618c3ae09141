"""The inspection chapter's section on yearly plan, proposals, training and service meetings (domain.md 2.5)."""

from shared.policy.commitments import ClauseCode, Entry


class Improvement(Entry):
    """Yearly plan, proposals, training and service meetings (服务改进计划)."""

    clause: ClauseCode
