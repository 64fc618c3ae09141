"""What the records of premises refuse, each with its own code."""

from typing import ClassVar

from shared.errors import ConflictError, NotFoundError, RuleViolatedError, StaleError


class EquipmentNotFoundError(NotFoundError):
    """No such equipment, or not this customer's."""

    code = "equipment_not_found"
    title: ClassVar[str] = "用气设备不存在"


class EquipmentRemovedError(ConflictError):
    """The appliance was taken away already."""

    code = "equipment_removed"
    title: ClassVar[str] = "用气设备已拆除"


class RecordStaleError(StaleError):
    """Somebody changed the appliance or the person's record meanwhile."""

    code = "record_stale"
    title: ClassVar[str] = "资料已被他人修改"


class MeterNotFoundError(NotFoundError):
    """No such meter, or not this customer's."""

    code = "meter_not_found"
    title: ClassVar[str] = "燃气表不存在"


class MeterNotInUseError(ConflictError):
    """The meter was taken down already."""

    code = "meter_not_in_use"
    title: ClassVar[str] = "燃气表已拆除"


class ReadingTooLowError(RuleViolatedError):
    """A last reading below what the meter has shown before."""

    code = "reading_too_low"
    title: ClassVar[str] = "表底数低于此前读数"


class PersonNotFoundError(NotFoundError):
    """No such vulnerable person, or not of this household."""

    code = "vulnerable_person_not_found"
    title: ClassVar[str] = "弱势人员不存在"


class PersonEndedError(ConflictError):
    """The person is no longer served as vulnerable."""

    code = "vulnerable_person_ended"
    title: ClassVar[str] = "弱势人员登记已终止"
