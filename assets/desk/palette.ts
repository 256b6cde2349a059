/** Ctrl+K: every command, view, person and conversation, by a few letters. */
import { type Command, commands, run } from "./commands";
import { fits } from "./fuzzy";
import { closeMenus } from "./menus";
import { word } from "./page";

type Entry = { kind: string; name: string; also: string; hint: string; does: () => void };
type Found = { name: string; hint: string; place: string };
const MOST = 12;
const PAUSE = 150;
let shown: Entry[] = [];
let found: Entry[] = [];
let at = 0;
let asking = 0;
let asked = "";

const dialog = (): HTMLDialogElement => document.getElementById("palette") as HTMLDialogElement;
const field = (): HTMLInputElement => document.getElementById("palette-text") as HTMLInputElement;
const list = (): HTMLElement => document.getElementById("palette-list") as HTMLElement;

export function watchPalette(): void {
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k") return;
    event.preventDefault();
    if (dialog().open) dialog().close();
    else openPalette();
  });
  field().addEventListener("input", typed);
  field().addEventListener("keydown", walk);
  list().addEventListener("click", (event) => {
    const option = (event.target as Element).closest<HTMLElement>("[role=option]");
    if (option) choose(Number(option.dataset.number));
  });
  dialog().addEventListener("click", (event) => {
    if (event.target === dialog()) dialog().close();
  });
}

export function openPalette(): void {
  if (document.querySelector("dialog[open]")) return;
  closeMenus();
  field().value = "";
  found = [];
  dialog().showModal();
  typed();
}

function typed(): void {
  at = 0;
  draw();
  clearTimeout(asking);
  asked = field().value.trim();
  if (asked) asking = window.setTimeout(() => void ask(asked), PAUSE);
  else found = [];
}

async function ask(text: string): Promise<void> {
  const answer = await fetch(`/desk/find/?q=${encodeURIComponent(text)}`).catch(() => null);
  if (!answer?.ok || text !== asked) return;
  const told: { found: Found[] } = await answer.json();
  found = told.found.map((one) => ({
    kind: word("a_conversation"),
    name: one.name,
    also: "",
    hint: one.hint,
    does: () => location.assign(one.place),
  }));
  draw();
}

function everything(): Entry[] {
  const views = Array.from(document.querySelectorAll<HTMLAnchorElement>("#views a[data-place]"));
  return [
    ...commands()
      .filter((one) => one.listed)
      .map(entry),
    ...views.map((link) => ({
      kind: word("a_view"),
      name: link.querySelector("span")?.textContent ?? "",
      also: "",
      hint: Number(link.dataset.place) < 10 ? `g ${link.dataset.place}` : "",
      does: () => location.assign(link.href),
    })),
  ];
}

const entry = (one: Command): Entry => ({
  kind: word("command"),
  name: one.name,
  also: one.english,
  hint: one.keys,
  does: () => run(one.id),
});

function draw(): void {
  const text = field().value;
  const fitting = everything()
    .map((one) => ({ one, points: Math.max(fits(text, one.name), fits(text, one.also) * 0.95) }))
    .filter(({ points }) => points > 12 || !text.trim())
    .sort((a, b) => b.points - a.points)
    .map(({ one }) => one);
  shown = [...fitting.slice(0, MOST - Math.min(found.length, 5)), ...found].slice(0, MOST);
  at = Math.min(at, Math.max(0, shown.length - 1));
  list().replaceChildren(...shown.map(line));
  mark();
  const count = document.getElementById("palette-count");
  if (count)
    count.textContent = shown.length ? word("results", { count: shown.length }) : word("nothing");
}

function line(one: Entry, number: number): HTMLElement {
  const option = document.createElement("li");
  option.id = `palette-${number}`;
  option.role = "option";
  option.dataset.number = String(number);
  const name = document.createElement("span");
  name.className = "clip";
  name.textContent = one.name;
  const kind = document.createElement("span");
  kind.className = "tiny faint clip grow";
  kind.textContent = one.kind === word("a_conversation") ? one.hint : one.kind;
  option.append(name, kind);
  if (one.kind !== word("a_conversation"))
    for (const key of one.hint.split(" ").filter(Boolean)) {
      const shortcut = document.createElement("kbd");
      shortcut.textContent = key;
      option.append(shortcut);
    }
  return option;
}

function mark(): void {
  for (const option of Array.from(list().children))
    option.setAttribute("aria-selected", String(option.id === `palette-${at}`));
  const now = document.getElementById(`palette-${at}`);
  now?.scrollIntoView({ block: "nearest" });
  if (now) field().setAttribute("aria-activedescendant", now.id);
  else field().removeAttribute("aria-activedescendant");
}

function walk(event: KeyboardEvent): void {
  if (event.isComposing) return;
  const step: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key === "Enter") {
    event.preventDefault();
    choose(at);
  } else if (step[event.key] && shown.length) {
    event.preventDefault();
    at = (at + (step[event.key] ?? 0) + shown.length) % shown.length;
    mark();
  }
}

function choose(number: number): void {
  const one = shown[number];
  if (!one) return;
  dialog().close();
  one.does();
}
