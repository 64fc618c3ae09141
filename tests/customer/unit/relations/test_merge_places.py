"""Every table that names a customer is moved by a merge, set aside, or stays for a reason."""

from services.customer.merging.repository.places import MOVED, STAYS
from services.customer.models import METADATA

OWNERS = {"customer_id", "group_id", "first_id", "second_id", "losing_id", "surviving_id"}


def test_no_table_with_a_customer_is_forgotten() -> None:
    placed = {(place.table, place.column) for place in MOVED}
    stays = set(STAYS)
    forgotten = [
        f"{table.name}.{column.name}"
        for table in METADATA.sorted_tables
        for column in table.columns
        if column.name in OWNERS and table.name not in stays and (table.name, column.name) not in placed
    ]
    assert forgotten == [], "name the table in merging/repository/places.py: MOVED, or STAYS with the reason"


def test_what_is_named_exists() -> None:
    tables = {table.name: set(table.columns.keys()) for table in METADATA.sorted_tables}
    for place in MOVED:
        columns = tables[place.table]
        assert {"id", "company", place.column, *place.kept} <= columns, place.code
        assert ("version" in columns) == place.has_version, place.code
        assert {column for column, _ in place.hangs_on} <= columns, place.code
        assert {code for _, code in place.hangs_on} <= {one.code for one in MOVED}, place.code
    assert len({place.code for place in MOVED}) == len(MOVED)
