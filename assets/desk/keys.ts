/** Shortcuts, as the table of commands has them; `?` lists them. They rest while one writes. */
import { isAwaited, isOpening, whenOpen, writeKey } from "./ahead";
import { pickNone } from "./bulk";
import { commands, run } from "./commands";
import { goToPart, leaveField } from "./focus";
import { closeDrawers } from "./looks";
import { goToSaved } from "./views";

const STEPS = new Set(["next", "previous"]);
let going = false;

export function watchKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (isPlain(event) && !event.defaultPrevented) pressed(event);
    if (event.key !== "F6" || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    goToPart(event.shiftKey ? -1 : 1);
  });
}

const isPlain = (event: KeyboardEvent): boolean =>
  !(event.isComposing || event.ctrlKey || event.metaKey || event.altKey);

function pressed(event: KeyboardEvent): void {
  if (isWriting(event.target as Element)) return leave(event);
  if (document.querySelector("dialog[open]")) return;
  if (isEarly(event.key)) {
    event.preventDefault();
    whenOpen(() => early(event.key));
  } else if (does(event.key)) event.preventDefault();
}

/** While a conversation is coming one may still go on to the next; all else is meant for it. */
function isEarly(key: string): boolean {
  if (!isOpening()) return false;
  const goesOn = commands().some((one) => one.keys === key && STEPS.has(one.id));
  return isAwaited() || (!goesOn && key.length === 1 && key !== " ");
}

/** Do what a key stands for; whether it stands for anything. */
function does(key: string): boolean {
  if (key === "Escape") {
    pickNone();
    closeDrawers();
  }
  const keys = going ? `g ${key}` : key;
  const isPlace = going && /^[1-9]$/.test(key);
  going = !going && key === "g";
  const wanted = commands().find((one) => one.keys === keys && one.id !== "send");
  if (isPlace) goToSaved(key);
  else if (wanted) run(wanted.id);
  return isPlace || wanted !== undefined;
}

/** A key that was pressed before its conversation was here. */
function early(key: string): void {
  const place = document.activeElement;
  if (place?.matches("input, textarea")) writeKey(place as HTMLTextAreaElement, key);
  else does(key);
}

const isWriting = (place: Element): boolean =>
  place.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");

function leave(event: KeyboardEvent): void {
  if (event.key === "Escape") leaveField(event.target as HTMLElement);
}
