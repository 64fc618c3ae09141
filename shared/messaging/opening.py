"""Which sender a process has, by its settings: the folder, or a provider's gateway."""

from dataclasses import dataclass, field
from pathlib import Path

import httpx

from shared.access.grants import GrantSigner
from shared.messaging.folder import FolderSender
from shared.messaging.gateway import GatewaySender
from shared.messaging.numbers import Account, RevealedNumbers
from shared.messaging.sender import MessageSender

_CONNECTIONS = 16


@dataclass(frozen=True, slots=True)
class SenderOptions:
    """What the settings say; without `url` messages go to the folder."""

    folder: Path
    url: str = ""
    key: str = field(default="", repr=False)
    timeout_seconds: float = 10.0
    numbers_url: str = ""
    """The gateway or the customer service: whose door shows the numbers."""
    token_url: str = ""
    login: str = ""
    password: str = field(default="", repr=False)

    @property
    def missing(self) -> tuple[str, ...]:
        """What a gateway needs and nobody has said."""
        needed = {
            "key": self.key,
            "numbers_url": self.numbers_url,
            "token_url": self.token_url,
            "login": self.login,
            "password": self.password,
        }
        return tuple(name for name, value in needed.items() if self.url and not value)


def open_sender(options: SenderOptions, signer: GrantSigner) -> MessageSender:
    """The sender of the process; close it at the end."""
    if not options.url:
        return FolderSender(options.folder)
    limits = httpx.Limits(max_connections=_CONNECTIONS)
    client = httpx.AsyncClient(timeout=options.timeout_seconds, limits=limits, trust_env=False)
    account = Account(options.token_url, options.login, options.password)
    numbers = RevealedNumbers(client, base_url=options.numbers_url, account=account, signer=signer)
    return GatewaySender(client, url=options.url, key=options.key, numbers=numbers)
