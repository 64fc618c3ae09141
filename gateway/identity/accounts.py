"""The local issuer's accounts: the demo staff that every pack names."""

from pathlib import Path

from joserfc.jwk import ECKey
from pydantic import ConfigDict

from gateway.settings import SERVICES, GatewaySettings
from shared.access.issuer import DemoLogin, LocalIssuer
from shared.access.keys import KeyFolder
from shared.policy.check import packs_in
from shared.policy.loader import SHIPPED, load_pack
from shared.policy.model import ChapterHeader, demo_staff_id


class _OpaqueChapter(ChapterHeader):
    """A service's chapter; only that service knows its type."""

    model_config = ConfigDict(extra="ignore")


def local_issuer(settings: GatewaySettings) -> LocalIssuer:
    """The issuer of `settings`.

    Raises: KeyMissingError before `gasdesk provision`; ValueError in production or for an unknown default pack.
    """
    logins = demo_logins(settings.packs or SHIPPED)
    if settings.policy_pack not in logins:
        raise ValueError(f"GASDESK_POLICY_PACK names no pack with a demo company: {settings.policy_pack}")
    default_company = logins[settings.policy_pack][0].company
    return LocalIssuer(
        logins=[login for found in logins.values() for login in found],
        default_company=default_company,
        password=settings.demo_password.get_secret_value(),
        key=KeyFolder(settings.keys).signing_key(),
        issuer=settings.oidc_issuer,
        environment=settings.environment.value,
    )


def nobodys_issuer() -> LocalIssuer:
    """An issuer without accounts and with a key that nobody trusts: for the OpenAPI document only."""
    return LocalIssuer(
        logins=(), default_company="", password="", key=ECKey.generate_key("P-256"), issuer="", environment="test"
    )


def demo_logins(folder: Path) -> dict[str, list[DemoLogin]]:
    """Pack code to the demo logins of its first company.  Raises: PackError."""
    found: dict[str, list[DemoLogin]] = {}
    for path in packs_in(folder):
        pack = load_pack(path, dict.fromkeys(SERVICES, _OpaqueChapter), folder)
        for company in list(pack.manifest.companies)[:1]:
            staff = pack.common.demo_staff
            found[pack.code] = [DemoLogin(login, company, demo_staff_id(company, login)) for login in staff]
    return {code: logins for code, logins in found.items() if logins}
