"""`python -m deploy.bus <host>`: configuration and users of a broker that runs elsewhere, kept in GASDESK_HOME."""

import sys
from pathlib import Path

from deploy.gasdesk import secret
from deploy.gasdesk.embedded.nats import users
from deploy.gasdesk.home import Home
from shared.events import nats_config
from shared.events.topology import PROVISIONER

_PORT = 4222


def write(home: Home, host: str) -> None:
    """Write `nats/nats-server.conf`, the addresses of all users, and the provisioner's own.  Idempotent."""
    home.prepare()
    passwords = users(home.secrets / "nats-users.json")
    text = nats_config.render(store_dir=Path("/data"), passwords=passwords, host="0.0.0.0", port=_PORT)  # noqa: S104
    folder = home.path / "nats"
    folder.mkdir(exist_ok=True)
    secret.keep(folder / "nats-server.conf", text)
    urls = {user: nats_config.url_of(user, word, f"{host}:{_PORT}") for user, word in passwords.items()}
    home.write_environment({f"GASDESK_{user.upper()}_NATS_URL": url for user, url in urls.items()})
    secret.keep(home.secrets / "provisioner-nats-url", urls[PROVISIONER])


if __name__ == "__main__":
    write(Home(), sys.argv[1])
