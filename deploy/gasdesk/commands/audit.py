"""`gasdesk audit verify`."""

import sys

import typer

from deploy.gasdesk.commands.terminal import execute, group

app = group("审计")


@app.command()
def verify() -> None:
    """核对各服务的审计行、封条与锚点。"""
    from deploy.gasdesk.commands.connect import reporter_nats_url, schema
    from shared.audit.verify import Anchor
    from shared.audit.verify import verify as check
    from shared.contracts.audit import AuditAnchored
    from shared.events.stored import read_stream
    from shared.events.topology import AUDIT_STREAM, SERVICES

    async def verify_all() -> bool:
        anchors: dict[str, list[Anchor]] = {service: [] for service in SERVICES}
        async for event in read_stream(reporter_nats_url(), AUDIT_STREAM):
            if isinstance(event.payload, AuditAnchored):
                anchors[event.payload.service].append(Anchor(event.payload.number, event.payload.hash))
        is_whole = True
        for service in SERVICES:
            async with schema(service) as connection:
                report = await check(connection, anchors[service])
            print(f"{service}: {report.rows} 行，{report.seals} 个封条，{len(anchors[service])} 个锚点", end="")
            print("，完好" if report.is_sound else f"，已被改动: {report.fault}")
            is_whole = is_whole and report.is_sound
        return is_whole

    if not execute(verify_all()):
        print("审计链不完整", file=sys.stderr)
        raise typer.Exit(1)
