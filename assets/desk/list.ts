/** The list: fetched again when something happened, without losing one's place. */
import htmx from "htmx.org";
import { markRow, meantId } from "./ahead";
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
  markRow(meantId()); // another may have been asked for since
  document.dispatchEvent(new Event("desk:list"));
}

/** What one has scrolled deep into stays as it is, and so does what a search found. */
function renew(name: string, wanted: HTMLElement | null): void {
  const place = document.getElementById(name);
  if (!place || !wanted || place.scrollTop > place.clientHeight * 2) return;
  if (place.dataset.found !== undefined) return;
  morph(place, wanted.innerHTML);
  htmx.process(place);
}

const items = (part: ParentNode = document): HTMLElement[] =>
  Array.from(part.querySelectorAll<HTMLElement>(".item")).filter((one) => one.closest(".rows"));

/** Open the next (1) or previous (-1) conversation of the list; the focus goes along in it. */
export function step(by: 1 | -1): void {
  const all = items();
  const now = all.findIndex((item) => item.dataset.id === meantId());
  const next = all[now < 0 ? 0 : now + by];
  next?.scrollIntoView({ block: "nearest" });
  next?.focus({ preventScroll: true });
  next?.click();
}

/** The arrows go from row to row, on a board also to the columns beside; from the search into what was found. */
export function watchList(): void {
  document.addEventListener("keydown", (event) => {
    const at = event.target as Element;
    if (event.defaultPrevented || event.isComposing) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const next = at.id === "find" ? fromSearch(event.key) : beside(at, event.key);
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
  arrive();
}

const fromSearch = (key: string): HTMLElement | undefined =>
  key === "ArrowDown" ? items()[0] : undefined;

function beside(at: Element, key: string): HTMLElement | undefined {
  const row = at.closest(".pickable")?.querySelector<HTMLElement>(".item");
  if (!row?.closest(".rows")) return undefined;
  const lane = row.closest(".lane");
  const all = items(lane ?? document);
  const ends: Record<string, HTMLElement | undefined> = { Home: all[0], End: all.at(-1) };
  const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };
  if (lane && SIDES[key]) return inLane(lane, SIDES[key] ?? 0, all.indexOf(row));
  return key in steps ? all[all.indexOf(row) + (steps[key] ?? 0)] : ends[key];
}

const SIDES: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1 };

/** The card that stands as high in the nearest column that has any. */
function inLane(lane: Element, by: number, height: number): HTMLElement | undefined {
  const lanes = Array.from(document.querySelectorAll(".lane")).filter(
    (one) => one === lane || items(one).length,
  );
  const cards = items(lanes[lanes.indexOf(lane) + by] ?? lane);
  return cards[Math.min(height, cards.length - 1)];
}

/** Who comes back from a conversation is at its row again. */
function arrive(): void {
  if (!location.hash.startsWith("#row-")) return;
  document.getElementById(location.hash.slice(1))?.focus();
  history.replaceState(history.state, "", location.pathname + location.search);
}
