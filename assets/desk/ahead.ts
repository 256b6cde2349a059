/**
 * A conversation that was asked for and is not here yet. The one before still stands on the screen: nothing
 * may be done or written to it by somebody who means the next. So it rests, and keys wait for the new one.
 */
import { desk, openId, toast, word } from "./page";

type Asked = { id: string; request: XMLHttpRequest };
type Opening = CustomEvent<{ xhr: XMLHttpRequest; elt: HTMLElement; target: HTMLElement }>;
const MOST = 200; // keys kept: whoever wrote more has seen that nothing comes

let asked: Asked | null = null;
let meanwhile: (() => void)[] = [];

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

export function watchOpening(): void {
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    const { xhr, elt, target } = (event as Opening).detail;
    if (target.id === "open") begin({ id: elt.dataset.id ?? "", request: xhr });
  });
}

function begin(next: Asked): void {
  const before = asked;
  asked = next;
  before?.request.abort(); // else the slower of two answers would stay
  meanwhile = [];
  next.request.addEventListener("loadend", () => end(next));
  rest(true);
  if (next.id) markRow(next.id);
}

function end(one: Asked): void {
  if (one !== asked) return;
  asked = null;
  rest(false);
  const waited = meanwhile;
  meanwhile = [];
  if (one.request.status === 200) for (const does of waited) does();
  else missed(one.request.status);
}

function missed(status: number): void {
  markRow(openId());
  toast(word(status ? "error" : "offline"));
}

function rest(on: boolean): void {
  const place = document.getElementById("open");
  if (!place) return;
  place.inert = on;
  place.ariaBusy = String(on);
}

/** The list shows where one is. */
export function markRow(id: string): void {
  for (const row of Array.from(desk().querySelectorAll<HTMLElement>(".item")))
    if (row.dataset.id === id) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
}

/** A key that came early is written where the focus is by now; nothing is sent by it. */
export function writeKey(field: HTMLInputElement | HTMLTextAreaElement, key: string): void {
  const [from, to] = [field.selectionStart ?? 0, field.selectionEnd ?? 0];
  if (key.length === 1) field.setRangeText(key, from, to, "end");
  else if (key === "Enter" && field.matches("textarea")) field.setRangeText("\n", from, to, "end");
  else if (key === "Backspace") field.setRangeText("", Math.max(0, from - 1), to, "end");
  else return;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
