"""The inspection chapter's section on kinds, methods, themes with their checklists, samples, forms (domain.md 2.5)."""

from shared.policy.commitments import ClauseCode, Entry


class Inspections(Entry):
    """Kinds, methods, themes with their checklists, samples, forms (服务检查)."""

    clause: ClauseCode
