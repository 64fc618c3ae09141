"""The inspection chapter's section on severities, recurrence, good examples (domain.md 2.5)."""

from shared.policy.commitments import ClauseCode, Entry


class Findings(Entry):
    """Severities, recurrence, good examples (检查发现)."""

    clause: ClauseCode
