/** The list: fetched again when something happened, without losing one's place. */
import htmx from "htmx.org";
import { morph } from "./morph";
import { desk, fragment, openId } from "./page";

let due = 0;

/** Fetch the list soon; many facts at once fetch it once. */
export function renewListSoon(): void {
  if (due) return;
  due = window.setTimeout(() => {
    due = 0;
    void renewList();
  }, 120);
}

export async function renewList(): Promise<void> {
  const rows = document.getElementById("rows");
  const html = await fragment(`/desk/${desk().dataset.view}/rows/?chosen=${openId()}`);
  if (html === null) return;
  const both = document.createElement("template");
  both.innerHTML = html;
  const views = both.content.querySelector("#views");
  views?.remove();
  const counts = document.getElementById("views");
  if (views && counts) morph(counts, views.innerHTML);
  if (!rows || rows.scrollTop > rows.clientHeight * 2) return;
  morph(rows, Array.from(both.content.children, (child) => child.outerHTML).join(""));
  htmx.process(rows);
}

/** Go to the next (1) or previous (-1) conversation of the list. */
export function step(by: 1 | -1): void {
  const items = Array.from(document.querySelectorAll<HTMLElement>(".rows .item"));
  const now = items.findIndex((item) => item.dataset.id === openId());
  const next = items[now < 0 ? 0 : now + by];
  next?.scrollIntoView({ block: "nearest" });
  next?.click();
}
