"""Which codes a chapter names that must be defined elsewhere, found by the types of its fields."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Protocol, get_args, get_origin, runtime_checkable

from pydantic import BaseModel

from shared.policy.commitments import Refers


@dataclass(frozen=True, slots=True)
class Reference:
    """One code named at one place of a chapter."""

    kind: str
    """What it must be: post, tier, department, calendar, clause, or a kind of the chapter's own."""
    code: str
    path: str


@runtime_checkable
class RefersFurther(Protocol):
    """A chapter in which a value decides what another value refers to, so that no field's type can say it."""

    def further_references(self) -> Iterable[Reference]:
        """The references that the types of the fields do not show."""


def references(chapter: BaseModel) -> Iterator[Reference]:
    """Every reference of a validated chapter, depth first; then those that only the chapter itself can tell."""
    yield from _in_model(chapter, "")
    if isinstance(chapter, RefersFurther):
        yield from chapter.further_references()


def dangling(chapter: BaseModel, known: Mapping[str, Iterable[str]]) -> list[Reference]:
    """References to codes that are not defined; kinds that `known` does not name are not judged."""
    defined = {kind: frozenset(codes) for kind, codes in known.items()}
    return [
        reference
        for reference in references(chapter)
        if reference.kind in defined and reference.code not in defined[reference.kind]
    ]


def _in_model(model: BaseModel, path: str) -> Iterator[Reference]:
    for name, field in type(model).model_fields.items():
        annotation: Any = Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
        yield from _in_value(annotation, getattr(model, name), f"{path}/{name}")


def _in_value(annotation: Any, value: object, path: str) -> Iterator[Reference]:
    if value is None:
        return
    if isinstance(value, BaseModel):
        yield from _in_model(value, path)
        return
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        yield from (Reference(mark.kind, str(value), path) for mark in arguments[1:] if isinstance(mark, Refers))
        yield from _in_value(arguments[0], value, path)
    elif isinstance(value, Mapping):
        yield from _in_mapping(arguments, value, path)
    elif isinstance(value, tuple | list | frozenset):
        inner = arguments[0] if arguments else Any
        for position, item in enumerate(value):
            yield from _in_value(inner, item, f"{path}/{position}")
    else:
        for argument in arguments:
            yield from _in_value(argument, value, path)


def _in_mapping(arguments: tuple[Any, ...], value: Mapping[Any, Any], path: str) -> Iterator[Reference]:
    key_type, value_type = arguments or (Any, Any)
    for key, item in value.items():
        yield from _in_value(key_type, key, f"{path}/{key}")
        yield from _in_value(value_type, item, f"{path}/{key}")
