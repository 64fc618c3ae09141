"""The one table that `make run` prints."""

from collections.abc import Mapping

from shared.access.permissions import Role

ROLES = [
    "agent",
    "clerk",
    "keeper",
    "crew",
    "leader",
    "account",
    "head",
    "deputy",
    "gm",
    "office",
    "inspector",
    "supervisor",
    "auditor",
    "reporter",
]


def table(
    urls: Mapping[str, str], *, nats: str, home: str, companies: Mapping[str, str], seconds: float, password: str
) -> str:
    """Addresses, demo logins, where the data lies."""
    lines = [f"GasDesk 已就绪（ready in {seconds:.1f} s）", ""]
    lines += [f"  {name:<12}{url}" for name, url in urls.items()]
    lines += [f"  {'nats':<12}{nats}", f"  {'data':<12}{home}", "", "  演示账号 demo logins"]
    lines.append(f"  {', '.join(Role)}")
    lines.append(f"  口令 password: {password}；其他公司 other companies: agent@<company>")
    lines += [f"  {company:<12}{name}" for company, name in companies.items()]
    return "\n".join(lines)
