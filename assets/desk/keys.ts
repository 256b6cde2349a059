/** Shortcuts, as the table of commands has them; `?` lists them. They rest while one writes. */
import { pickNone } from "./bulk";
import { commands, run } from "./commands";
import { goToSaved } from "./views";

let going = false;

export function watchKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (isPlain(event) && !event.defaultPrevented) pressed(event);
  });
}

const isPlain = (event: KeyboardEvent): boolean =>
  !(event.isComposing || event.ctrlKey || event.metaKey || event.altKey);

function pressed(event: KeyboardEvent): void {
  if (isWriting(event.target as Element)) return leave(event);
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") return void pickNone();
  const keys = going ? `g ${event.key}` : event.key;
  const isPlace = going && /^[1-9]$/.test(event.key);
  going = !going && event.key === "g";
  const wanted = commands().find((one) => one.keys === keys && one.id !== "send");
  if (!wanted && !isPlace) return;
  event.preventDefault();
  if (isPlace) goToSaved(event.key);
  else if (wanted) run(wanted.id);
}

const isWriting = (place: Element): boolean =>
  place.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");

function leave(event: KeyboardEvent): void {
  if (event.key === "Escape") (event.target as HTMLElement).blur();
}
