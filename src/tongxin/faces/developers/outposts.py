"""The door for other chats in which colleagues answer: ``/outposts/<key>/``.

The chat is verified; what was said in our threads is kept, answered with an empty 200 at once, and done afterwards.
"""

from datetime import datetime

from django.http import HttpRequest, HttpResponse

from tongxin.faces.developers.hooks import call_of, checked, guarded
from tongxin.service.channels.ports import Answer
from tongxin.service.outposts.actions import keep_said, note_room
from tongxin.service.outposts.queries import adapter, outpost_by_key

PREFIX = "/outposts/"
_LARGEST = 256 * 1024


def answer(request: HttpRequest) -> HttpResponse:
    """Answer any request below ``/outposts/``, whatever comes in."""
    return guarded(request, hear)


def hear(request: HttpRequest, now: datetime) -> Answer:
    """Take in one call; return what its caller is told. Raises Problem and Refused."""
    key = request.path_info[len(PREFIX) :].strip("/")
    outpost = outpost_by_key(key=key[:32])
    call = call_of(request, _LARGEST, now)
    made = adapter(outpost.id)
    if (shaken := checked(made, call)) is not None:
        return shaken
    keep_said(outpost_id=outpost.id, said=made.hear(call), now=now)
    if room := made.room_of(call):
        note_room(outpost_id=outpost.id, room=room)
    return Answer()
