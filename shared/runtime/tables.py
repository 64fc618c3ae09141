"""The shared tables as SQLAlchemy metadata, so that `alembic check` compares them with each schema."""

from sqlalchemy import MetaData, Table

from shared.access.tables import access_tables
from shared.audit.tables import audit_tables
from shared.events.tables import event_tables
from shared.files.tables import file_tables
from shared.http.tables import door_tables
from shared.jobs.tables import job_tables
from shared.policy.tables import policy_tables
from shared.sla.tables import clock_tables


def shared_tables(metadata: MetaData) -> dict[str, Table]:
    """Declare every shared table in `metadata`; answers them by name."""
    tables: dict[str, Table] = {}
    for declare in (
        clock_tables,
        event_tables,
        door_tables,
        policy_tables,
        access_tables,
        audit_tables,
        job_tables,
        file_tables,
    ):
        declared = declare(metadata)
        tables.update({table.name: table for table in declared})
    return tables
