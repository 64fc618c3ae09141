"""The inspection chapter's section on rectification notices and their deadlines (domain.md 2.5)."""

from shared.policy.commitments import ClauseCode, Entry


class Notices(Entry):
    """Rectification notices and their deadlines (整改通知书)."""

    clause: ClauseCode
