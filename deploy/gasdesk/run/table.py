"""The one table that `make run` prints."""

from collections.abc import Iterable, Mapping

from shared.access.permissions import Role
from shared.policy.loader import Pack


def table(
    urls: Mapping[str, str], *, nats: str, home: str, packs: Iterable[Pack], seconds: float, password: str
) -> str:
    """Addresses, demo logins, where the data lies."""
    lines = [f"GasDesk 已就绪（ready in {seconds:.1f} s）", ""]
    lines += [f"  {name:<12}{url}" for name, url in urls.items()]
    lines += [f"  {'nats':<12}{nats}", f"  {'data':<12}{home}", "", "  演示账号（demo logins）"]
    roles = [role.value for role in Role]
    lines += [f"  {', '.join(roles[:7])},", f"  {', '.join(roles[7:])}"]
    lines += [f"  口令（password）: {password}；其他公司（other companies）: agent@<company>", ""]
    for pack in packs:
        lines += [f"  {company:<12}{one.name}" for company, one in pack.manifest.companies.items()]
    return "\n".join([*lines, "", "  Ctrl-C 停止（stops）"])
