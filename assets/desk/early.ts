/**
 * What is written before its field is here. A field of its own takes it meanwhile, for only into a field can an
 * input method compose; it is written where it was meant as soon as that has the focus. Nothing is sent by it.
 */
import { word } from "./page";

export type Step = { words?: string; key?: string };
type Written = HTMLInputElement | HTMLTextAreaElement;
const GOES = new Set(["Tab", "ArrowUp", "ArrowDown"]);
const ELSEWHERE = "input:not([type=hidden]), select, textarea, button";

let field: HTMLTextAreaElement | null = null;
let from: HTMLElement | null = null;
let steps: Step[] = [];
let composing = false;

/** Take what is written from now on, until it is poured out or let go. */
export function catchWords(): void {
  if (!field) {
    from = document.activeElement as HTMLElement | null;
    field = document.createElement("textarea");
    field.className = "early";
    field.ariaLabel = word("early");
    field.addEventListener("keydown", caught);
    for (const [kind, on] of [
      ["compositionstart", true],
      ["compositionend", false],
    ] as const)
      field.addEventListener(kind, () => {
        composing = on;
      });
    document.body.append(field);
  }
  field.focus({ preventScroll: true });
}

/** A key that only goes from field to field, or from choice to choice, is kept as such. */
export function caught(event: KeyboardEvent): void {
  if (!field || event.isComposing || !GOES.has(event.key)) return;
  event.preventDefault();
  steps.push({ words: field.value }, { key: event.shiftKey ? `Shift+${event.key}` : event.key });
  field.value = "";
}

/** Do something as soon as nothing is being composed: to take the focus away would break it off. */
export function whenComposed(does: () => void): void {
  if (!composing) does();
  else field?.addEventListener("compositionend", () => setTimeout(does), { once: true });
}

/** Write what was caught where the focus is by now. */
export function pour(): void {
  play(taken());
}

/** Forget what was caught, and go back to where one was. */
export function letGo(): void {
  taken();
}

/** Return what was caught, and give the focus back to what had it. */
export function taken(): Step[] {
  const place = field;
  if (!place) return [];
  const all = [...steps, { words: place.value }];
  field = null;
  steps = [];
  composing = false;
  if (document.activeElement === place) (from && seen(from))?.focus({ preventScroll: true });
  place.remove();
  return all;
}

/** What one chose in a menu is hidden with it: then what opens the menu. */
const seen = (from: HTMLElement): HTMLElement | null | undefined =>
  from.checkVisibility() ? from : from.closest("details")?.querySelector("summary");

export function play(all: Step[]): void {
  for (const { words, key } of all) {
    if (words) tell(document.activeElement, words);
    if (key) go(document.activeElement, key);
  }
}

function tell(place: Element | null, words: string): void {
  if (place instanceof HTMLSelectElement) choose(place, words);
  else if (place?.matches("input, textarea")) write(place as Written, words);
}

function go(place: Element | null, key: string): void {
  if (key.endsWith("Tab")) goOn(place, key === "Tab" ? 1 : -1);
  else if (place instanceof HTMLSelectElement) walk(place, key === "ArrowDown" ? 1 : -1);
}

/** Write one key where it was meant. */
export function writeKey(place: Written, key: string): void {
  const [start, end] = [place.selectionStart ?? 0, place.selectionEnd ?? 0];
  if (key.length === 1) write(place, key);
  else if (key === "Enter") write(place, "\n");
  else if (key === "Backspace" && start === end && start > 0) {
    place.setSelectionRange(start - 1, end);
    write(place, "");
  } else if (key === "Backspace") write(place, "");
}

function write(place: Written, words: string): void {
  const fitting = place.matches("textarea") ? words : words.replaceAll("\n", "");
  if (words && !fitting) return;
  const { selectionStart: start, selectionEnd: end } = place;
  if (start === null || end === null)
    place.value += fitting; // of a kind that has no places in it
  else place.setRangeText(fitting, start, end, "end");
  place.dispatchEvent(new Event("input", { bubbles: true }));
}

/** As a browser does: the first choice that begins so. */
function choose(place: HTMLSelectElement, words: string): void {
  const begins = words.trim().toLocaleLowerCase();
  const found = Array.from(place.options).find((one) =>
    one.text.trim().toLocaleLowerCase().startsWith(begins),
  );
  if (found) chosen(place, found.index);
}

function walk(place: HTMLSelectElement, by: 1 | -1): void {
  const next = place.selectedIndex + by;
  if (next >= 0 && next < place.options.length) chosen(place, next);
}

function chosen(place: HTMLSelectElement, index: number): void {
  place.selectedIndex = index;
  for (const kind of ["input", "change"]) place.dispatchEvent(new Event(kind, { bubbles: true }));
}

function goOn(place: Element | null, by: 1 | -1): void {
  const all = Array.from(
    place?.closest("dialog, form")?.querySelectorAll<HTMLElement>(ELSEWHERE) ?? [],
  ).filter((one) => one.checkVisibility());
  all[all.indexOf(place as HTMLElement) + by]?.focus();
}
