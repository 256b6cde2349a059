"""What members are called to look at, and how they want to hear of it."""

from tongxin.service.notices.queries.bell import (
    UNREAD,
    NoticeRow,
    count,
    is_called,
    notices,
    unread,
)
from tongxin.service.notices.queries.heard import HeardRow, called_in, heard, takes_pushes
from tongxin.service.notices.queries.reach import (
    DeviceRow,
    devices,
    open_devices,
    wishes,
    wishes_by_member,
)
from tongxin.service.notices.rules import told

__all__ = [
    "UNREAD",
    "DeviceRow",
    "HeardRow",
    "NoticeRow",
    "called_in",
    "count",
    "devices",
    "heard",
    "is_called",
    "notices",
    "open_devices",
    "takes_pushes",
    "told",
    "unread",
    "wishes",
    "wishes_by_member",
]
