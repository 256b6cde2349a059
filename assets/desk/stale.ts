/** How far one has really read: what came in just now, or below what one looks at, is not seen yet. */
import { word } from "./page";
import { isAtEnd } from "./thread";

const TO_READ = 1500;
let seen = "";
let newest = "";
let reading = 0;

const heard = (): HTMLElement[] =>
  Array.from(document.querySelectorAll<HTMLElement>("#talk > .msg.theirs"));

export const seenUpto = (): string => seen;

/** A conversation was opened: one reads what is there. */
export function openedAt(): void {
  hideStale();
  clearTimeout(reading);
  newest = heard().at(-1)?.id ?? "";
  seen = newest;
}

/** One begins to write: to what stands there at the end, so that was read. */
export function begunAt(): void {
  if (!document.hidden && isAtEnd()) seen = heard().at(-1)?.id ?? "";
}

/** Something may have come, or been scrolled to: a moment later it counts as read. */
export function lookedAt(): void {
  const last = heard().at(-1)?.id ?? "";
  if (last === seen || (last === newest && reading)) return;
  newest = last;
  clearTimeout(reading);
  reading = window.setTimeout(() => {
    reading = 0;
    if (newest === last && !document.hidden && isAtEnd()) seen = last;
  }, TO_READ);
}

/** Show what came meanwhile, and ask whether the words still fit. */
export function askAgain(): void {
  const panel = document.getElementById("stale");
  if (!panel) return;
  const all = heard();
  const came = all.slice(all.findIndex((message) => message.id === seen) + 1);
  const place = panel.querySelector("[data-came]");
  if (place)
    place.replaceChildren(
      ...came.slice(-3).map((message) => {
        const line = document.createElement("p");
        line.textContent = message.querySelector(".body")?.textContent?.trim() || word("file");
        return line;
      }),
    );
  seen = all.at(-1)?.id ?? "";
  panel.hidden = false;
  panel.querySelector("button")?.focus();
}

export function hideStale(): void {
  const panel = document.getElementById("stale");
  if (panel) panel.hidden = true;
}
