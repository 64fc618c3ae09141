"""The inspection chapter's section on monthly summaries, quarterly reports, archive (domain.md 2.5)."""

from shared.policy.commitments import ClauseCode, Entry


class Reports(Entry):
    """Monthly summaries, quarterly reports, archive (总结、报告与档案)."""

    clause: ClauseCode
