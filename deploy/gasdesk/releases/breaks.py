"""What a newer shape breaks of a released one: for those who send, and for those who are told (pure).

Enums are open for whoever is told (docs/events.md, design.md 4): a new value is an addition, a missing one is none.
"""

from collections.abc import Iterator

from deploy.gasdesk.releases.shape import Shape, What

_SENT, _TOLD = "sent", "told"


def breaking_changes(released: Shape, made: Shape) -> list[str]:
    """Place and reason of every break, sorted; empty when everything was only added."""
    gone = [
        f"{place}: is gone" for place in released if place not in made and not _is_inside_gone(place, released, made)
    ]
    narrowed = [f"{place}: {why}" for place, was in released.items() if place in made for why in _why(was, made[place])]
    demanded = [f"{place}: must now be given" for place, now in made.items() if _is_demanded(place, now, released)]
    return sorted(gone + narrowed + demanded)


def _why(was: What, now: What) -> Iterator[str]:
    if not was.ways and was.kinds != now.kinds:
        yield f"was {_said(was.kinds)}, is {_said(now.kinds)}"
    if _SENT in was.ways:
        if lost := was.kinds - now.kinds:
            yield f"may no longer be {_said(lost)}"
        if now.is_sure and not was.is_sure:
            yield "must now be given"
        yield from _tightened(dict(was.limits), dict(now.limits))
    if _TOLD in was.ways:
        if new := {kind for kind in now.kinds - was.kinds if not kind.startswith("=")}:
            yield f"may now be {_said(new)}"
        if not any(kind.startswith("=") for kind in now.kinds) and any(kind.startswith("=") for kind in was.kinds):
            yield "is no longer one of named values"
        if was.is_sure and not now.is_sure:
            yield "is no longer always there"


def _tightened(was: dict[str, str], now: dict[str, str]) -> Iterator[str]:
    for name, value in now.items():
        is_upper = "max" in name.lower()
        before = was.get(name)
        if before is None or (float(value) < float(before) if is_upper else float(value) > float(before)):
            yield f"{name} is now {value}"


def _is_demanded(place: str, now: What, released: Shape) -> bool:
    """A new place that clients of today do not give, in something that they send."""
    if place in released or not now.is_sure or _SENT not in now.ways or place.endswith(("[]", "{}")):
        return False
    if place.startswith("$"):
        around = place.rpartition(".")[0]
        return around in released and _SENT in released[around].ways
    return place.partition(" ")[0] in released and " 2" not in place


def _is_inside_gone(place: str, released: Shape, made: Shape) -> bool:
    """Whether something around it is gone, too, so that it needs no word of its own."""
    inner = place
    while inner:
        cut = max(inner.rfind("."), inner.rfind("["), inner.rfind("{"), inner.rfind(" "))
        inner = inner[:cut] if cut > 0 else ""
        if inner in released and inner not in made:
            return True
    return False


def _said(kinds: frozenset[str] | set[str]) -> str:
    return ", ".join(sorted(kinds))
