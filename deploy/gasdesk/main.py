"""`gasdesk`: the command line; one file per group of commands, services imported only when a command needs them."""

from deploy.gasdesk.commands import (
    archive,
    audit,
    calendars,
    contracts,
    data,
    dead_letters,
    events,
    packs,
    processes,
    provisioning,
    time,
)
from deploy.gasdesk.commands.terminal import application

app = application("GasDesk 城市燃气客户服务平台")
processes.register(app)
provisioning.register(app)
data.register(app)
contracts.register(app)
app.add_typer(packs.app, name="packs")
app.add_typer(events.app, name="events")
app.add_typer(dead_letters.app, name="dead-letters")
app.add_typer(audit.app, name="audit")
app.add_typer(archive.app, name="archive")
app.add_typer(time.app, name="time")
app.add_typer(calendars.app, name="calendars")
