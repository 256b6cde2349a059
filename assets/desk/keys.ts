/** Shortcuts, as the table of commands has them; `?` lists them. They rest while one writes. */
import { isAwaited, isOpening, whenOpen } from "./ahead";
import { isAsking } from "./asking";
import { pickNone } from "./bulk";
import { commands, run } from "./commands";
import { catchWords, pour, whenComposed, writeKey } from "./early";
import { goToPart, leaveField } from "./focus";
import { closeDrawers } from "./looks";
import { goToSaved } from "./views";

const STEPS = new Set(["next", "previous"]);
/** Those that end in a field: what follows is text, which may be composed. */
const WRITES = new Set(["reply", "note", "tag", "hand", "wrap", "view"]);
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
    if (stands(event.key, WRITES)) writesEarly(event.key);
    else whenOpen(() => early(event.key));
  } else if (does(event.key)) event.preventDefault();
}

/** While a conversation is coming one may still go on to the next; all else is meant for it. */
function isEarly(key: string): boolean {
  if (!isOpening()) return false;
  return isAwaited() || (!stands(key, STEPS) && key.length === 1 && key !== " ");
}

const stands = (key: string, among: Set<string>): boolean =>
  commands().some((one) => one.keys === key && among.has(one.id));

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

/** A key after which one writes: what is written is kept for the field it leads to. */
function writesEarly(key: string): void {
  catchWords();
  whenOpen(() =>
    whenComposed(() => {
      does(key);
      if (!isAsking()) pour(); // a dialog takes it when it is here
    }),
  );
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
