"""Mails as people write them, and somebody who hands them in by LMTP as cheaply as can be."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.utils import formatdate

from tongxin.project.bench.clients import Run

_SAID = (
    "您好，壶盖碎了，请问可以换一个吗？订单 20871。\r\n"
    "The lid of my teapot is broken. Could you send another one?\r\n"
)
_QUOTED = (
    "\r\nOn Sat, Nov 21, 2026 at 12:00 PM 小满茶具 <{own}> wrote:\r\n"
    + "> 我们马上看一下。\r\n" * 12
)
_WHOLE = """\
Received: from mx.example (mx.example [192.0.2.1]) by mail.bench.example; {now}\r
Authentication-Results: mail.bench.example; spf=pass smtp.mailfrom=example.com; dkim=pass header.d=example.com\r
From: =?utf-8?q?=E5=B0=8F=E6=A2=85?= <mei-{root}@example.com>\r
To: <{own}>\r
Subject: {subject}\r
Date: {now}\r
Message-ID: <{name}@example.com>\r
{answers}MIME-Version: 1.0\r
Content-Type: multipart/alternative; boundary="b0"\r
\r
--b0\r
Content-Type: text/plain; charset=utf-8\r
Content-Transfer-Encoding: 8bit\r
\r
{text}\r
--b0\r
Content-Type: text/html; charset=utf-8\r
Content-Transfer-Encoding: 8bit\r
\r
<html><body><div dir="ltr">{text}</div></body></html>\r
--b0--\r
"""


@dataclass(frozen=True)
class Letter:
    """A mail, and the name of the one that its conversation began with."""

    root: str
    raw: bytes


def letters(own: str, batch: str, many: int, of_each: int) -> Iterator[Letter]:
    """Yield mails of so many to a conversation: its beginning, and then answers to what stands there."""
    now = formatdate()
    for turn in range(of_each):
        for number in range(many // of_each):
            root, name = f"{batch}.{number}.0", f"{batch}.{number}.{turn}"
            before = [f"<{batch}.{number}.{earlier}@example.com>" for earlier in range(turn)]
            answers = (
                f"In-Reply-To: {before[-1]}\r\nReferences: {' '.join(before)}\r\n" if before else ""
            )
            text = _SAID + (_QUOTED.format(own=own) if before else "")
            subject = f"{'Re: ' if before else ''}My teapot {number}"
            whole = _WHOLE.format(
                root=number,
                own=own,
                subject=subject,
                name=name,
                answers=answers,
                text=text,
                now=now,
            )
            yield Letter(root, whole.encode())


async def hand_in(port: int, own: str, given: Sequence[Letter], lines: int, run: Run) -> None:
    """Hand mails in over so many connections at once; the run says how long each took."""
    waiting = iter(given)
    async with asyncio.TaskGroup() as group:
        for _line in range(lines):
            group.create_task(_line_of(port, own, waiting, run))


async def _line_of(port: int, own: str, waiting: Iterator[Letter], run: Run) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await _answer(reader)
    await _say(reader, writer, b"LHLO bench.example\r\n")
    for letter in waiting:
        began = time.perf_counter()
        await _say(reader, writer, b"MAIL FROM:<mei@example.com>\r\n")
        await _say(reader, writer, f"RCPT TO:<{own}>\r\n".encode())
        await _say(reader, writer, b"DATA\r\n")
        await _say(reader, writer, letter.raw + b".\r\n")
        run.seconds.append(time.perf_counter() - began)
    writer.close()


async def _say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: bytes) -> None:
    writer.write(line)
    await _answer(reader)


async def _answer(reader: asyncio.StreamReader) -> None:
    """Read an answer to its last line. Raises ConnectionError where it is a refusal."""
    while True:
        line = await reader.readline()
        if line[:1] not in (b"2", b"3"):
            raise ConnectionError(line.decode(errors="replace"))
        if line[3:4] != b"-":
            return
