import asyncio, time, pytest
from contextlib import aclosing
from shared.events.bus import Bus
from shared.events.live import *
from shared.events import live, pull
from tests.shared.events.support import *
from tests.shared.events.conftest import *
from tests.conftest import *
@pytest.mark.parametrize("n", range(1))
async def test_x(n, company, complaint_sessions, relay, nats):
    gateway = await Bus.connect(nats.url("gateway"), name="live")
    log=[]
    orig=pull.Pull._on_message
    async def om(self,m):
        log.append((round(time.time()%100,3), self._subject[-45:], m.subject, m.headers if not m.data else m.reply)); await orig(self,m)
    pull.Pull._on_message=om
    try:
        before = await last_sequences(gateway)
        log.append(('before',dict(before)))
        facts = [fact(company) for _ in range(10)] + [fact(company, payload=ClockTried())]
        await state(complaint_sessions, *facts)
        await publish_all(complaint_sessions, relay, company)
        log.append(('published', relay.stats, await last_sequences(gateway)))
        seen = []
        for end in (4, 11):
            async with asyncio.timeout(5), aclosing(follow(gateway, after=before)) as events:
                async for item in events:
                    before[item.stream] = item.seq
                    if item.event.company == company: seen.append(item.event.id)
                    if len(seen) == end: break
            log.append(('pass',end,dict(before)))
    except BaseException:
        for l in log: print(l)
        print(gateway.last_error, gateway.error_count)
        raise
    finally:
        pull.Pull._on_message=orig
    await gateway.close()
import traceback
_of=pull.Pull.fetch
async def fetch(self,*a):
    try: return await _of(self,*a)
    except asyncio.CancelledError as e:
        print("FETCH CANCELLED", time.time()%100, asyncio.current_task().cancelling(), self._subject[-50:], self._owed, len(self._queue), asyncio.get_running_loop().time(), self._owed_until, "".join(traceback.format_exception(e))); raise
pull.Pull.fetch=fetch
