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
class T(asyncio.tasks._PyTask):
    def cancel(self, msg=None):
        print("CANCEL", time.time()%100, self.get_coro().__qualname__, self.get_name(), "".join(traceback.format_stack(limit=5)[:-1]))
        return super().cancel(msg)
_ct=asyncio.create_task
class A:
    def __getattr__(self,n): return getattr(asyncio,n)
    def create_task(self,c,**k):
        return T(c, loop=asyncio.get_running_loop())
live.asyncio=A()
