"""From raw cells to clean rows or to errors that name row, column and rule, never the value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from services.customer.registry.rules import columns
from services.customer.registry.rules.columns import Column, RowRefusedError, Words
from services.customer.registry.rules.sheets import CUSTOMERS, EQUIPMENT, MEMBERS, SHEET_NAMES, Chunk, Layout, split
from services.customer.registry.rules.text import bigrams, fold, tidy
from services.customer.registry.rules.vocabulary import Kind, Party, PremisesKind

FOREIGN = "concern_not_writable"
"""The rule that a column breaks which the importer's posts may not bring."""


@dataclass(frozen=True, slots=True)
class RowError:
    """One refused cell: where it is and which rule it breaks."""

    sheet: int
    line: int
    position: int
    column: str
    rule: str
    message: str


@dataclass(slots=True)
class CleanCustomer:
    """A valid row of the customer sheet, ready to be indexed and stored; None keeps what is stored."""

    line: int
    number: str
    name: str
    name_key: str
    name_bigrams: list[str]
    kind: str
    party: str
    standing: str | None
    identity: str | None
    identity_kind: str | None
    phones: list[str]
    address: str
    address_key: str
    address_bigrams: list[str]
    district: str | None
    community: str | None
    premises_kind: str
    meter: str | None
    meter_kind: str | None
    capacity: Decimal | None
    volume: Decimal | None
    tags: list[str] | None
    member_count: int | None
    facts: dict[str, Any] = field(default_factory=dict)
    province: str | None = None
    city: str | None = None
    street: str | None = None
    building: str | None = None
    unit: str | None = None
    room: str | None = None


@dataclass(slots=True)
class CleanEquipment:
    """A valid row of the sheet of gas equipment."""

    line: int
    customer_number: str
    number: str
    kind: str
    brand: str | None
    model: str | None
    installed_on: date | None
    hazards: list[str] | None


@dataclass(slots=True)
class CleanMember:
    """A valid row of the sheet of group members."""

    line: int
    group_number: str
    number: str
    name: str
    kind: str
    title: str | None
    phone: str | None
    born_on: date | None


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of a chunk of rows."""

    customers: list[CleanCustomer] = field(default_factory=list)
    members: list[CleanMember] = field(default_factory=list)
    equipment: list[CleanEquipment] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as its first pass found it: chunks to be checked, and rows that say a number twice."""

    layout: Layout
    errors: list[RowError]


def read_file(data: bytes, chunk_rows: int) -> Reading:
    """First pass over a file: cut it, judge its headers, find repeated numbers.  Raises: SheetError."""
    layout = split(data, chunk_rows)
    errors = [error for sheet, header in layout.headers.items() for error in check_header(sheet, header)]
    if not errors:
        errors = _repeated(layout)
    return Reading(layout, errors)


def _repeated(layout: Layout) -> list[RowError]:
    errors: list[RowError] = []
    for sheet, header in layout.headers.items():
        found = columns.match(sheet, header)
        for column in columns.SHEETS[sheet]:
            if sheet != EQUIPMENT and column.name in ("number", "meter") and column.name in found:
                errors += _twice(layout, sheet, column, found[column.name])
    return errors


def _twice(layout: Layout, sheet: int, column: Column, place: int) -> list[RowError]:
    """The first row that says a number has it; later ones are refused."""
    first: dict[str, int] = {}
    errors = []
    for chunk in layout.chunks:
        if chunk.sheet != sheet:
            continue
        for line, cells in chunk.unpack():
            value = tidy(cells[place]).upper() if place < len(cells) else ""
            if value and first.setdefault(value, line) != line:
                message = f"“{column.title}”与第{first[value]}行重复"
                errors.append(RowError(sheet, line, place, column.title, "duplicate_in_file", message))
    return errors


def check_header(sheet: int, header: Sequence[str]) -> list[RowError]:
    """What the header row lacks; an empty list lets the sheet be read."""
    found = columns.match(sheet, header)
    return [
        RowError(sheet, 1, place, column.title, "column_missing", f"缺少必需的列“{column.title}”")
        for place, column in enumerate(columns.SHEETS[sheet])
        if column.is_required and column.name not in found
    ]


def check_chunk(chunk: Chunk, header: Sequence[str], words: Words, refused: frozenset[int] = frozenset()) -> Checked:
    """Validate the rows of a chunk but the `refused` lines; a dirty row is reported, clean ones go on.

    `words`: what may be written of the pack's own codes.
    """
    checked = Checked()
    found = columns.match(chunk.sheet, header)
    plan = [(found[column.name], column) for column in columns.with_words(chunk.sheet, words) if column.name in found]
    for line, cells in chunk.unpack():
        if line in refused:
            continue
        values, errors = _read(chunk.sheet, line, cells, plan)
        if errors:
            checked.errors.extend(errors)
        elif chunk.sheet == MEMBERS:
            checked.members.append(_member(line, values))
        elif chunk.sheet == EQUIPMENT:
            checked.equipment.append(_equipment(line, values))
        else:
            checked.customers.append(_customer(line, values))
    return checked


def _read(
    sheet: int, line: int, cells: list[str], plan: list[tuple[int, Column]]
) -> tuple[dict[str, Any], list[RowError]]:
    values: dict[str, Any] = {}
    errors: list[RowError] = []
    width = len(cells)
    for place, column in plan:
        try:
            values[column.name] = column.read(cells[place] if place < width else "")
        except RowRefusedError as refusal:
            errors.append(RowError(sheet, line, place, column.title, refusal.rule, refusal.message))
    if sheet == CUSTOMERS and not errors:
        errors = _contradictions(line, values, plan)
    return values, errors


def _contradictions(line: int, values: Mapping[str, Any], plan: list[tuple[int, Column]]) -> list[RowError]:
    """Rules over several cells of one row."""
    if values["kind"] == Kind.RESIDENTIAL and values.get("volume") and values["volume"] > columns.RESIDENTIAL_MOST:
        place, column = next((p, c) for p, c in plan if c.name == "volume")
        message = f"民用户日用气量不应超过{columns.RESIDENTIAL_MOST}立方米，请核对客户类别或气量"
        return [RowError(CUSTOMERS, line, place, column.title, "implausible", message)]
    return []


def _customer(line: int, values: Mapping[str, Any]) -> CleanCustomer:
    get = values.get
    name_key, address_key = fold(values["name"]), fold(values["address"])
    kind = values["kind"]
    party = get("party") or (Party.INDIVIDUAL if kind == Kind.RESIDENTIAL else Party.UNIT)
    identity = get("identity")
    phones = [phone for phone in (get("phone"), get("second_phone")) if phone]
    return CleanCustomer(
        line=line,
        number=values["number"],
        name=values["name"],
        name_key=name_key,
        name_bigrams=bigrams(name_key),
        kind=kind,
        party=party,
        standing=get("standing"),
        identity=identity,
        identity_kind=columns.identity_kind(identity) if identity else None,
        phones=list(dict.fromkeys(phones)),
        address=values["address"],
        address_key=address_key,
        address_bigrams=bigrams(address_key),
        district=get("district"),
        community=get("community"),
        premises_kind=_premises_kind(kind),
        meter=get("meter"),
        meter_kind=get("meter_kind"),
        capacity=get("capacity"),
        volume=get("volume"),
        tags=get("tags"),
        member_count=get("member_count"),
        facts={name: values[name] for name in columns.FACTS if get(name) is not None},
        **{name: get(name) for name in ("province", "city", "street", "building", "unit", "room")},
    )


def _premises_kind(kind: str) -> PremisesKind:
    match kind:
        case Kind.RESIDENTIAL:
            return PremisesKind.RESIDENCE
        case Kind.INDUSTRIAL:
            return PremisesKind.FACTORY
        case _:
            return PremisesKind.SHOP


def _member(line: int, values: Mapping[str, Any]) -> CleanMember:
    get = values.get
    return CleanMember(
        line=line,
        group_number=values["group_number"],
        number=values["number"],
        name=values["name"],
        kind=values["kind"],
        title=get("title"),
        phone=get("phone"),
        born_on=get("born_on"),
    )


def _equipment(line: int, values: Mapping[str, Any]) -> CleanEquipment:
    get = values.get
    return CleanEquipment(
        line=line,
        customer_number=values["customer_number"],
        number=values["number"],
        kind=values["kind"],
        brand=get("brand"),
        model=get("model"),
        installed_on=get("installed_on"),
        hazards=get("hazards"),
    )


def foreign_columns(layout: Layout, foreign: Mapping[str, str]) -> list[RowError]:
    """Columns that bring what the importer may not bring: field → why it is refused."""
    errors = []
    for sheet, header in layout.headers.items():
        if (field_name := columns.SHEET_FIELDS.get(sheet)) and field_name in foreign:
            errors.append(RowError(sheet, 1, 0, SHEET_NAMES[sheet], FOREIGN, foreign[field_name]))
            continue
        places = columns.match(sheet, header)
        errors += [
            RowError(
                sheet, 1, places[column.name], column.title, FOREIGN, foreign[columns.field_of(sheet, column.name)]
            )
            for column in columns.SHEETS[sheet]
            if column.name in places and columns.field_of(sheet, column.name) in foreign
        ]
    return errors
