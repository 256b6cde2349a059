"""What is said over a signed webhook, both ways; ``schema.json`` is made of this."""

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Base64Bytes, BaseModel, Field

from tongxin.sdk import Failure, Kind, Stage

Id = Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")]


class Person(BaseModel):
    """Who wrote, as your system names them."""

    id: Id
    name: str = Field("", max_length=200)
    email: str = Field("", max_length=254)
    phone: str = Field("", max_length=40, description="as in E.164: +8613800000000")


class File(BaseModel):
    """A file: its content, or an https address from which we fetch it."""

    name: str = Field("file", max_length=200)
    kind: str = Field("", max_length=100, description="the MIME type")
    content: Base64Bytes | None = None
    url: str = Field("", max_length=2000)


class Message(BaseModel):
    """Something that a person said or did. The same id twice changes nothing."""

    id: Id
    sender: Person = Field(alias="from")
    at: AwareDatetime
    kind: Kind = Kind.TEXT
    text: str = Field("", max_length=100_000)
    html: str = Field("", max_length=500_000)
    subject: str = Field("", max_length=500)
    event: str = Field("", max_length=100, description="with kind event: what happened")
    files: list[File] = Field(default_factory=list, max_length=20)
    answers: list[Id] = Field(
        default_factory=list, max_length=50, description="ids it answers, nearest first"
    )
    mends: str = Field(
        "", max_length=200,
        description="with kind event, and event edited or recalled: the id of an earlier message of the same person, "
        "which says text from now on, or nothing",
    )  # fmt: skip
    is_automatic: bool = False
    source: str = Field("", max_length=200, description="how they found us")
    details: dict[str, Any] = Field(default_factory=dict)


class Step(BaseModel):
    """What became of a message of ours."""

    id: Id = Field(description="the id that your system answered, or else the key")
    stage: Stage
    at: AwareDatetime
    failure: Failure | None = None
    detail: str = Field("", max_length=500)


class Said(BaseModel):
    """A person's message, to us."""

    type: Literal["message"]
    data: Message


class Told(BaseModel):
    """A message's progress, to us."""

    type: Literal["progress"]
    data: Step


class Going(BaseModel):
    """A message of ours, to you."""

    key: str = Field(description="the same at every repetition; also the header webhook-id")
    to: Person
    text: str
    html: str = ""
    subject: str = ""
    author: str = Field("", description="the agent's name, as people read it")
    files: list[File] = Field(default_factory=list)
    answers: str = Field("", description="the id of the person's message that this follows")
    is_automatic: bool = False
    template: dict[str, Any] | None = None


class Mending(BaseModel):
    """Other words for a message of ours that you took, or (``recall``) none."""

    key: str = Field(description="the same at every repetition; also the header webhook-id")
    id: str = Field(description="the id that your system answered, or else the message's key")
    to: Person
    text: str = Field("", description="what it says from now on; with recall nothing")
    html: str = ""


class Sent(BaseModel):
    """The body of one call to you. ``ping`` tries the connection and has no data."""

    type: Literal["message", "ping"]
    data: Going | None = None


class Mended(BaseModel):
    """The body of a call to you about a message that you took before."""

    type: Literal["edit", "recall"]
    data: Mending


class Taken(BaseModel):
    """What you answer, with any 2xx: nothing, or the name you gave the message."""

    id: str = Field("", max_length=200)
    done: bool = Field(
        False,
        description="with edit and recall: the person sees it so now; else it counts as refused",
    )


class NotTaken(BaseModel):
    """What you answer, with a 4xx or 5xx: nothing, or why not."""

    error: Failure | None = None
    detail: str = Field("", max_length=500)
    retry_after: float = Field(0, ge=0, le=86400, description="seconds, with rate")


class Webhook(BaseModel):
    """Everything that is said over a signed webhook."""

    to_us: Said | Told
    to_you: Sent | Mended
    you_took_it: Taken
    you_did_not: NotTaken


def schema() -> dict[str, Any]:
    """Return the JSON schema of everything that is said."""
    return Webhook.model_json_schema()
