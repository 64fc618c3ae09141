"""The inspection chapter's section on the social supervision network (domain.md 2.5)."""

from shared.policy.commitments import ClauseCode, Entry


class Supervisors(Entry):
    """The social supervision network (社会监督网)."""

    clause: ClauseCode
