"""What of the queue is asked for."""

from typing import Annotated

from pydantic import AwareDatetime, Field
from pydantic.json_schema import SkipJsonSchema

from gateway.desk.schemas import UnavailableService
from gateway.settings import SERVICES
from shared.contracts.work import WorkPage, WorkQueue, WorkState
from shared.http.base_model import ApiModel, Code

Optional = SkipJsonSchema[None]
_PAGE = 50
_SERVICE = f"^({'|'.join(SERVICES)})$"


class QueueAsk(ApiModel):
    """Filters, applied by the services in their statements, and the page; a cursor fits only its own filters."""

    service: Annotated[str | Optional, Field(pattern=_SERVICE, description="只看一个服务的待办")] = None
    kind: Annotated[Code | Optional, Field(description="事项种类，如 complaint、order")] = None
    state: Annotated[WorkState | Optional, Field(description="最紧时限的状态")] = None
    queue: Annotated[WorkQueue | Optional, Field(description="本人、岗位、班组、部门或公司的")] = None
    metric: Annotated[str | Optional, Field(max_length=60, description="只看一种时限")] = None
    tier: Annotated[Code | Optional, Field(description="只看一个客户级别")] = None
    is_overdue: Annotated[bool | Optional, Field(description="是否已超过时限")] = None
    is_green_channel: Annotated[bool | Optional, Field(description="是否走绿色通道")] = None
    due_before: Annotated[AwareDatetime | Optional, Field(description="时限早于此刻")] = None
    limit: Annotated[int, Field(ge=1, le=200, description="每页条数")] = _PAGE
    cursor: Annotated[str | Optional, Field(max_length=2048, description="上一页的 next_cursor")] = None

    @property
    def filters(self) -> dict[str, str]:
        """As they stand in the question to a service."""
        said = self.model_dump(mode="json", exclude_none=True, exclude={"service", "limit", "cursor"})
        return {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in said.items()}

    @property
    def bound_to(self) -> str:
        """What a cursor is sealed with."""
        return f"work?{self.service or ''}&{sorted(self.filters.items())}"


class MergedWorkPage(WorkPage):
    """One page over all services."""

    unavailable: list[UnavailableService]
    """Services that gave nothing now."""
