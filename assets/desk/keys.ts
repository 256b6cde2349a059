/** Shortcuts; `?` lists them. They rest while one writes. */
import { act } from "./acts";
import { showKind } from "./composer";
import { step } from "./list";

const PLACES: Record<string, string> = {
  w: "waiting",
  m: "mine",
  u: "unassigned",
  s: "snoozed",
  a: "all",
};
let going = false;

const KEYS: Record<string, () => void> = {
  j: () => step(1),
  k: () => step(-1),
  r: () => showKind("reply"),
  n: () => showKind("note"),
  t: () => void act("assign", { member: "me" }),
  a: () => openMenu("assign"),
  s: () => openMenu("snooze"),
  m: () => openMenu("macro"),
  e: () =>
    document.querySelector<HTMLElement>('[data-act="resolve"], [data-act="reopen"]')?.click(),
  l: () => document.querySelector<HTMLElement>("[data-tag-form] input")?.focus(),
  "/": () => document.getElementById("find")?.focus(),
  "?": () => (document.getElementById("help") as HTMLDialogElement | null)?.showModal(),
};

export function watchKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (isPlain(event)) pressed(event);
  });
}

const isPlain = (event: KeyboardEvent): boolean =>
  !(event.isComposing || event.ctrlKey || event.metaKey || event.altKey);

function pressed(event: KeyboardEvent): void {
  if (isWriting(event.target as Element)) return leave(event);
  if (document.querySelector("dialog[open]")) return;
  const does = going ? go(event.key) : KEYS[event.key];
  going = !going && event.key === "g";
  if (!does) return;
  event.preventDefault();
  does();
}

function go(key: string): (() => void) | undefined {
  const view = PLACES[key];
  return view ? () => location.assign(`/desk/${view}/`) : undefined;
}

function openMenu(name: string): void {
  const menu = document.querySelector<HTMLDetailsElement>(`details[data-menu="${name}"]`);
  if (!menu) return;
  menu.open = true;
  menu.querySelector<HTMLElement>("button, input")?.focus();
}

const isWriting = (place: Element): boolean =>
  place.matches("input, textarea, select, [contenteditable]");

function leave(event: KeyboardEvent): void {
  if (event.key === "Escape") (event.target as HTMLElement).blur();
}
