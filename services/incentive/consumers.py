"""Events of other services; this one writes the staff directory, so its own projection needs no event."""

from collections.abc import Mapping

from shared.events.inbox import Handler


def handlers() -> Mapping[str, Handler]:
    """The handlers by event type: none before rewards and penalties (domain.md 2.6) are handled here."""
    return {}
