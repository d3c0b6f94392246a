"""A record as a small page of its own, so that the deep links of a client lead somewhere. No vendor's words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from starlette.responses import HTMLResponse

MOST_LISTED = 50
# Nothing is loaded, sent or run: whatever a record holds stays text.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
STYLE = """
  body { font: 16px/1.5 system-ui, sans-serif; color: #1f2937; background: #f3f4f6; margin: 0 }
  main { max-width: 44rem; margin: 2rem auto; padding: 1.5rem 2rem; background: #fff; border-radius: .5rem }
  .note { background: #fef3c7; padding: .5rem 1rem; border-radius: .25rem }
  h1 { margin: 1rem 0; overflow-wrap: anywhere } h1 small { display: block; font-size: 1rem; color: #4b5563 }
  h2 { font-size: 1.1rem } th { text-align: left; vertical-align: top; padding-right: 1.5rem; font-weight: 600 }
  td { white-space: pre-wrap; overflow-wrap: anywhere } a { color: #1d4ed8 }
"""


@dataclass(frozen=True, slots=True)
class Link:
    """The way to another record. address: a path on this server; after: text that follows."""

    text: str
    address: str
    after: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """product: whose page it imitates. kind: the vendor's word for such a record. notice: what is special about it.

    fields: label and value; lists: heading and lines. Values are text, numbers, booleans or links.
    """

    product: str
    kind: str
    title: str
    fields: Sequence[tuple[str, Any]]
    lists: Sequence[tuple[str, Sequence[Any]]] = ()
    notice: str = ""

    def response(self) -> HTMLResponse:
        rows = "".join(f"<tr><th scope=row>{escape(label)}<td>{_shown(value)}" for label, value in self.fields)
        lists = "".join(_list(heading, lines) for heading, lines in self.lists)
        notice = f"<p><strong>{escape(self.notice)}</strong>" if self.notice else ""
        heading = f"<h1 dir=auto>{escape(self.title)} <small>{escape(self.kind)}</small></h1>"
        return _response(self.product, self.title, f"{heading}{notice}<table>{rows}</table>{lists}", 200)


def missing(product: str) -> HTMLResponse:
    """404: there is no such record."""
    text = "There is no such record here. It may be from another sandbox, or from before a reset."
    return _response(product, "Not found", f"<h1>Not found</h1><p>{text}", 404)


def _response(product: str, title: str, body: str, status: int) -> HTMLResponse:
    note = (
        f"This is the sandbox: an imitation of {product} with made-up records. It answers programs; here you can look."
    )
    text = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} - {escape(product)} sandbox</title><style>{STYLE}</style></head>"
        f'<body><main><p class="note">{escape(note)}</p>{body}</main></body></html>'
    )
    return HTMLResponse(text, status, HEADERS)


def _list(heading: str, lines: Sequence[Any]) -> str:
    items: Iterable[str] = (f"<li>{_shown(line)}" for line in lines[:MOST_LISTED])
    more = f"<p>and {len(lines) - MOST_LISTED:,} more" if len(lines) > MOST_LISTED else ""
    inside = f"<ul>{''.join(items)}</ul>{more}" if lines else "<p>None."
    return f"<section><h2>{escape(heading)}</h2>{inside}</section>"


def _shown(value: Any) -> str:
    if isinstance(value, Link):
        return f'<a href="{escape(value.address)}" dir=auto>{escape(value.text)}</a>{escape(value.after)}'
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"<span dir=auto>{escape(str(value))}</span>"
