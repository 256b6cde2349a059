/**
 * A conversation that was asked for and is not here yet. The one before still stands on the screen: nothing
 * may be done or written to it by somebody who means the next. So it rests, and keys wait for the new one.
 */
import htmx from "htmx.org";
import { letGo } from "./early";
import { conversationHtml, lookAhead } from "./near";
import { complain, desk, openId } from "./page";

type Asked = { id: string; line: AbortController };
const QUICK = 150; // ms
const TOUCHES = ["pointerdown", "mousedown", "click", "submit", "beforeinput", "paste", "drop"];
const MOST = 200; // keys kept: whoever wrote more has seen that nothing comes

let asked: Asked | null = null;
let meanwhile: (() => void)[] = [];
let late = 0;
let shown = (): void => undefined;

export const isOpening = (): boolean => asked !== null;

/** Whether something was already begun that waits for it. */
export const isAwaited = (): boolean => meanwhile.length > 0;

/** The conversation one means: that which is asked for, or else is open. */
export const meantId = (): string => asked?.id || openId();

/** Do something as soon as the conversation one means is here. */
export function whenOpen(does: () => void): void {
  if (!isOpening()) does();
  else if (meanwhile.length < MOST) meanwhile.push(does);
}

/** Links to conversations open them beside the list; in another tab, as ever. */
export function watchOpening(opened: () => void): void {
  shown = opened;
  for (const touch of TOUCHES) document.addEventListener(touch, guard, true);
  document.body.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-open]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey)
      return;
    event.preventDefault();
    const byKey = event.isTrusted && event.detail === 0; // with j and k the focus stays in the list
    void openConversation(link.dataset.id ?? "", link.href).then(() => byKey && goThere());
  });
}

/** Whoever opens a conversation by Enter goes to it, unless they went on meanwhile. */
function goThere(): void {
  const here = document.activeElement;
  if (!isOpening() && !here?.matches("input, textarea")) document.getElementById("main")?.focus();
}

/** Show a conversation, and its address where one is given; of several the last that was asked for stays. */
export async function openConversation(id: string, address = ""): Promise<void> {
  asked?.line.abort();
  const mine = { id, line: new AbortController() };
  asked = mine;
  meanwhile = [];
  letGo();
  rest(true);
  markRow(id);
  const html = await conversationHtml(id, mine.line).catch((error) => error as Error);
  if (asked !== mine) return;
  asked = null;
  rest(false);
  if (typeof html === "string") come(html, address);
  else {
    letGo();
    markRow(openId());
    complain(html);
  }
}

function come(html: string, address: string): void {
  const place = document.getElementById("open") as HTMLElement;
  place.innerHTML = html;
  htmx.process(place);
  if (address) history.pushState({ htmx: true }, "", address); // htmx goes back to it, too
  shown();
  lookAhead();
  const waited = meanwhile;
  meanwhile = [];
  for (const does of waited) does();
}

/**
 * What comes quickly is only guarded meanwhile: to make all of it inert, and to take that back, has the browser
 * style and paint the whole conversation twice.
 */
function rest(on: boolean): void {
  const place = document.getElementById("open");
  if (!place) return;
  clearTimeout(late);
  place.ariaBusy = String(on);
  if (on)
    late = window.setTimeout(() => isOpening() && place.toggleAttribute("inert", true), QUICK);
  else if (place.inert) place.inert = false;
}

/** Nothing is pressed, dropped or written in what only stands there until the next is here. */
function guard(event: Event): void {
  if (!isOpening() || !(event.target as Element).closest?.("#open")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

/** The list shows where one is. */
export function markRow(id: string): void {
  for (const row of Array.from(desk().querySelectorAll<HTMLElement>(".item")))
    if (row.dataset.id === id) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
}
