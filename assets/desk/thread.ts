/** The open conversation: it stays at its end, and fetches again what changed. */
import htmx from "htmx.org";
import { markRow } from "./ahead";
import { renewBell } from "./bell";
import { renewComposer } from "./composer";
import { renewCopies } from "./copies";
import { forgetViewers, showView, showViewers } from "./live";
import { morph } from "./morph";
import { desk, fragment, openId, post, thread } from "./page";
import { lookedAt, openedAt } from "./stale";
import { renewWays } from "./ways";

const NEAR = 120;

export function watchThread(): void {
  document.body.addEventListener("htmx:beforeSwap", hush);
  document.addEventListener("toggle", catchUp, true);
  document.addEventListener("focusout", catchUp);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) seen();
  });
}

/** A conversation has come into view. */
export function opened(): void {
  const id = openId();
  desk().dataset.open = id ? "yes" : "no";
  markRow(id);
  document.title = [thread()?.dataset.title, desk().dataset.title].filter(Boolean).join(" · ");
  renewComposer();
  openedAt();
  stayAtEnd();
  forgetViewers();
  showView();
  seen();
}

/** Tell that a member has read this, once they really look at it. */
export function seen(): void {
  const row = document.querySelector(`.item[data-id="${openId()}"]`);
  const called = thread()?.hasAttribute("data-called");
  if (openId() && !document.hidden && (called || row === null || row.classList.contains("unread")))
    void post(`/desk/c/${openId()}/see/`, {})
      .then(() => (called ? renewBell() : undefined))
      .catch(() => undefined);
  thread()?.removeAttribute("data-called");
}

/** A colleague calls one to what one looks at anyway. */
export function calledHere(): void {
  thread()?.setAttribute("data-called", "");
  seen();
}

export function isAtEnd(): boolean {
  const talk = document.getElementById("talk");
  return !talk || talk.scrollHeight - talk.scrollTop - talk.clientHeight < NEAR;
}

/** Earlier messages are no news: who hears the page is not told of them. */
function hush(event: Event): void {
  const talk = (event.target as Element).closest("#talk");
  if (!talk) return;
  talk.ariaLive = "off";
  setTimeout(() => {
    talk.ariaLive = "polite";
  }, 1000);
}

let follows = true;
const watcher = new ResizeObserver(() => follows && toEnd());

/** Go to the end, and stay there while pictures come and the composer grows, until one scrolls away. */
function stayAtEnd(): void {
  const talk = document.getElementById("talk");
  watcher.disconnect();
  if (!talk) return;
  follows = true;
  toEnd();
  watcher.observe(talk);
  for (const part of Array.from(talk.children)) watcher.observe(part);
  talk.addEventListener("scroll", () => {
    follows = isAtEnd();
    lookedAt();
  });
}

export function toEnd(): void {
  const talk = document.getElementById("talk");
  if (talk) talk.scrollTop = talk.scrollHeight;
}

/** Fetch what was said and where it stands; what one reads and types stays in place. */
export async function renewThread(): Promise<void> {
  const id = openId();
  if (!id) return;
  const [talk, head, card] = await Promise.all([
    fragment(`/desk/c/${id}/talk/?limit=${shown()}`),
    fragment(`/desk/c/${id}/head/`),
    fragment(`/desk/p/${thread()?.dataset.person}/?c=${id}`),
  ]);
  if (id !== openId()) return;
  const follow = isAtEnd();
  renew("talk", talk, keepWaiting);
  renew("head", head);
  showViewers();
  void renewWays();
  renew("person", card);
  if (follow) toEnd();
  lookedAt();
  void renewCopies();
}

/** As many messages as one has unfolded, and some that are new. */
function shown(): number {
  const messages = document.querySelectorAll("#talk > .msg, #talk > .note").length;
  return Math.max(50, messages + 10);
}

function renew(name: string, html: string | null, keep?: (place: Element) => Element[]): void {
  const place = document.getElementById(name);
  if (!place || html === null) return;
  if (place.querySelector("details[open], input:focus")) {
    missed = true;
    return;
  }
  const kept = keep?.(place) ?? [];
  morph(place, html);
  place.append(...kept.filter((waiting) => !isThere(place, waiting)));
  htmx.process(place);
}

let missed = false;

/** What was not renewed under an open menu or a field is renewed once that is left. */
function catchUp(): void {
  if (!missed) return;
  missed = false;
  setTimeout(() => void renewThread());
}

const isThere = (place: Element, waiting: Element): boolean =>
  place.querySelector(`[data-client="${waiting.getAttribute("data-client")}"]`) !== null;

/** What is not sent yet stays at the end, unless the server has it by now. */
function keepWaiting(place: Element): Element[] {
  return Array.from(place.querySelectorAll<HTMLElement>("[data-waiting]")).map((waiting) => {
    waiting.remove();
    return waiting;
  });
}
