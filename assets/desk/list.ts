/** The list: fetched again when something happened, without losing one's place. */
import htmx from "htmx.org";
import { meantId } from "./ahead";
import { morph } from "./morph";
import { isMoving, settled } from "./moves";
import { desk, fragment } from "./page";

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
  const moves = await settled();
  const html = await fragment(
    `/desk/${desk().dataset.view}/rows/?chosen=${meantId()}&sort=${desk().dataset.sort ?? ""}`,
  );
  // What began to move meanwhile is not in it, and asks again by itself.
  if (html === null || isMoving(moves)) return;
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  for (const name of ["views", "list-head", "rows"])
    renew(name, fresh.content.getElementById(name));
  document.dispatchEvent(new Event("desk:list"));
}

/** What one has scrolled deep into stays as it is. */
function renew(name: string, wanted: HTMLElement | null): void {
  const place = document.getElementById(name);
  if (!place || !wanted || place.scrollTop > place.clientHeight * 2) return;
  morph(place, wanted.innerHTML);
  htmx.process(place);
}

/** Go to the next (1) or previous (-1) conversation of the list. */
export function step(by: 1 | -1): void {
  const items = Array.from(document.querySelectorAll<HTMLElement>(".rows .item"));
  const now = items.findIndex((item) => item.dataset.id === meantId());
  const next = items[now < 0 ? 0 : now + by];
  next?.scrollIntoView({ block: "nearest" });
  next?.click();
}
