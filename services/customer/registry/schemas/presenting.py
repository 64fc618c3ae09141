"""Between bodies and use cases: plain entries inward, masked models outward."""

from typing import Any
from uuid import UUID

from services.customer.registry.models import ChangeRow, ImportErrorRow
from services.customer.registry.rules.address import AddressParts
from services.customer.registry.rules.sheets import SHEET_NAMES
from services.customer.registry.schemas import bodies, import_bodies, views
from services.customer.registry.service.importing import ImportProgress
from services.customer.registry.service.placing import ContactPersonEntry, EquipmentEntry, PremisesEntry
from services.customer.registry.service.registering import CustomerEntry
from services.customer.registry.service.secrets import Vault

_CARD = (
    *("id", "company", "number", "kind", "customer_class", "party", "standing", "tier", "tags", "district", "address"),
    *("account_manager_id", "merged_into", "rank", "length", "version"),
)
_CUSTOMER = (
    *("id", "company", "number", "kind", "customer_class", "party", "standing", "capacity_m3_day", "daily_volume_m3"),
    *("member_count", "tags", "facts", "account_manager_id", "district", "identity_kind", "tier", "tier_rule"),
    *("tier_confirmed_at", "tier_policy_version", "merged_into", "erased_at", "account_state"),
    *("account_opened_on", "account_closed_on", "registered_at", "registered_by", "updated_at", "updated_by"),
    *("premises", "meters", "version"),
)


def card(row: Any, vault: Vault) -> views.CustomerCard:
    """A row of a list."""
    return views.CustomerCard(
        **{name: row[name] for name in _CARD},
        name=row["name"] or "",
        phone=_phone(vault, row["phone_id"], row["phone_cipher"]),
        matched_by=row["via"],
    )


def customer(row: Any, vault: Vault) -> views.Customer:
    """One customer with what belongs to it."""
    cipher = row["identity_cipher"]
    return views.Customer(
        **{name: row[name] for name in _CUSTOMER},
        name=row["name"] or "",
        identity=vault.read_identity(row["id"], cipher) if cipher else None,
        phones=[phone(one, vault) for one in row["phones"]],
        contact_persons=[contact_person(one, vault) for one in row["contact_persons"]],
    )


def contact_person(row: Any, vault: Vault) -> views.ContactPerson:
    """Somebody to talk to about a customer."""
    names = ("id", "premises_id", "relation", "title", "is_reachable_in_emergency", "state", "version")
    said = {name: row[name] for name in names}
    phone = vault.read_contact_phone(UUID(str(row["id"])), row["cipher"]) if row["cipher"] else None
    return views.ContactPerson(**said, name=row["name"] or "", phone=phone)


def phone(row: Any, vault: Vault) -> views.Phone:
    """A telephone of a customer."""
    said = {name: row[name] for name in ("id", "label", "is_primary", "state", "version")}
    return views.Phone(**said, phone=_phone(vault, row["id"], row["cipher"]))


def _phone(vault: Vault, phone_id: Any, cipher: str | None) -> str | None:
    return vault.read_phone(phone_id, cipher) if cipher else None


def entry(body: bodies.CustomerCreate) -> CustomerEntry:
    """A customer to enter."""
    return CustomerEntry(
        name=body.name,
        kind=body.kind.value,
        party=body.party.value if body.party else None,
        number=body.number,
        identity=body.identity,
        capacity=body.capacity_m3_day,
        volume=body.daily_volume_m3,
        member_count=body.member_count,
        tags=body.tags,
        facts=body.facts,
        district=body.district,
        phones=body.phones,
        premises=premises_entry(body.premises) if body.premises else None,
        meter=body.meter.number if body.meter else None,
        meter_kind=body.meter.kind.value if body.meter else "other",
    )


def premises_entry(body: bodies.PremisesCreate) -> PremisesEntry:
    """An address to enter."""
    said = {name: getattr(body, name) for name in AddressParts.__slots__}
    equipment = [equipment_entry(one) for one in body.equipment]
    return PremisesEntry(body.address, body.kind.value, body.district, body.community, equipment, AddressParts(**said))


def premises_changes(body: bodies.PremisesUpdate) -> dict[str, Any]:
    """What the body says of an address; null empties a part, but neither the address nor its kind."""
    said = body.model_dump(exclude_unset=True)
    return {name: value for name, value in said.items() if value is not None or name not in ("address", "kind")}


def equipment_entry(body: bodies.EquipmentCreate) -> EquipmentEntry:
    """An appliance to enter."""
    return EquipmentEntry(body.kind, body.brand, body.model, body.number, body.installed_on, tuple(body.hazards))


def contact_person_entry(body: bodies.ContactPersonCreate) -> ContactPersonEntry:
    """A contact person to enter."""
    return ContactPersonEntry(
        body.name, body.relation, body.title, body.phone, body.is_reachable_in_emergency, body.premises_id
    )


_NOT_NULL = frozenset(("name", "kind", "party", "standing", "member_count", "tags", "facts"))


def changes(body: bodies.CustomerUpdate) -> dict[str, Any]:
    """The columns that the body sets; null empties those that may be empty and is ignored for others."""
    said = body.model_dump(exclude_unset=True)
    kept = {name: value for name, value in said.items() if value is not None or name not in _NOT_NULL}
    for name in ("kind", "party", "standing"):
        if name in kept:
            kept[name] = kept[name].value
    return kept


def import_view(
    progress: ImportProgress, errors: list[ImportErrorRow], next_cursor: str | None
) -> import_bodies.Import:
    """An import with one page of its refused cells."""
    job = progress.job
    return import_bodies.Import(
        id=job.id,
        state=import_bodies.ImportState(job.state.value),
        rows_done=job.progress_done,
        rows_total=job.progress_total,
        **progress.counts,
        errors_by_rule=progress.errors_by_rule,
        errors=[import_error(row) for row in errors],
        next_cursor=next_cursor,
        failure=job.error or None,
        created_at=job.created_at,
        finished_at=job.finished_at,
        version=job.version,
    )


def import_error(row: ImportErrorRow) -> import_bodies.ImportError:
    """A refused cell."""
    return import_bodies.ImportError(
        sheet=SHEET_NAMES[row.sheet], row=row.line, column=row.column_name, rule=row.rule, message=row.message
    )


def change(row: ChangeRow) -> views.Change:
    """One change of the history."""
    return views.Change.model_validate(row)
