"""The page that carries the widget in tests, and what the portal would say about the inbox."""

import html
from pathlib import Path
from typing import Any, Protocol

from django.utils import translation

from tongxin.center.kit.files import TYPES
from tongxin.faces.portal import words

SCRIPT = Path(__file__).parents[2] / "src/tongxin/project/dist/widget.js"
# A page that means no harm and does some: every rule here must stop at the widget's border.
_HOSTILE = """
* { letter-spacing: 3px; } div { display: none !important; } button { transform: rotate(3deg); }
tongxin-widget { opacity: 0; font-size: 40px; position: relative; }
p, main { display: block !important; }
"""


class Inbox(Protocol):
    live: str
    color: str
    greeting: str | None
    largest: int


def config(inbox: Inbox, language: str) -> dict[str, Any]:
    chinese = language.lower().startswith("zh")
    with translation.override("zh-hans" if chinese else "en"):
        texts = words.widget()
    greeting = (
        "您好，我是小满。选壶、查物流、换货，都可以问我。"
        if chinese
        else "Hello! Ask us anything about tea."
    )
    return {
        "inbox": "demo", "name": "小满茶具" if chinese else "Xiaoman Tea", "color": inbox.color,
        "greeting": greeting if inbox.greeting is None else inbox.greeting,
        "language": "zh-CN" if chinese else "en", "live": inbox.live,
        "files": f"{inbox.live}/widget/demo/files", "accept": sorted(TYPES),
        "largest": inbox.largest, "longest": 4000, "texts": texts,
    }  # fmt: skip


def shop(live: str, path: str, asked: dict[str, str]) -> str:
    asked = {"inbox": "demo", **asked}
    data = " ".join(f'data-{k}="{html.escape(v)}"' for k, v in asked.items() if k != "hostile")
    sheet = (
        f'<link rel="stylesheet" href="data:text/css,{html.escape(_HOSTILE)}">'
        if "hostile" in asked
        else ""
    )
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title>{sheet}
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<script src="{live}/widget.js" {data} async></script></head>
<body><main><h1>Shop {html.escape(path)}</h1><p><button id="here">Buy</button></p></main></body>
</html>"""


def policy(live: str) -> str:
    socket = live.replace("http", "ws", 1)
    return (
        f"default-src 'none'; script-src {live}; style-src data:; img-src {live}; "
        f"connect-src {live} {socket}"
    )
