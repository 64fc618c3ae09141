"""The sender of a house without a provider: one JSON file a message, whole or not at all; no number in it."""

import asyncio
import os
import secrets
from pathlib import Path
from uuid import UUID

import orjson

from shared.messaging.sender import Letter, Outcome, Result


class FolderSender:
    """Writes `<folder>/<company>/<message id>.json`; the same message twice is one file."""

    def __init__(self, folder: Path) -> None:
        """The folder need not exist yet."""
        self._folder = folder

    async def send(self, letter: Letter) -> Outcome:
        """Write the file.  A folder that cannot be written to is tried again later."""
        try:
            await asyncio.to_thread(self._write, letter)
        except OSError as error:
            return Outcome(Result.LATER, detail=type(error).__name__)
        return Outcome(Result.DELIVERED, reference=f"folder:{letter.id}")

    async def ask(self, message_id: UUID, reference: str | None) -> Outcome:
        """Whether the file is there; the message's id suffices."""
        found = await asyncio.to_thread(self._find, message_id)
        return Outcome(Result.DELIVERED, reference=reference or f"folder:{message_id}") if found else _ABSENT

    async def close(self) -> None:
        """Nothing is held."""

    def _write(self, letter: Letter) -> None:
        folder = self._folder / letter.company
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = folder / f".{letter.id}.{secrets.token_hex(4)}"
        content = {
            "id": str(letter.id),
            "company": letter.company,
            "customer_id": str(letter.customer_id),
            "person_id": str(letter.person_id) if letter.person_id else None,
            "purpose": letter.purpose,
            "text": letter.text,
        }
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(orjson.dumps(content, option=orjson.OPT_INDENT_2))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(folder / f"{letter.id}.json")

    def _find(self, message_id: UUID) -> bool:
        return any(self._folder.glob(f"*/{message_id}.json"))


_ABSENT = Outcome(Result.ABSENT)
