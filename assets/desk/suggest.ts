/** While one types: canned replies behind `/` or `::`, colleagues behind `@` in a note. */
import { put } from "./format";
import { fragment, openId, word } from "./page";

const CANNED = /(?:^|\s)\/([^\s/]{0,40})$|::([^\s:]{0,40})$/;
const CALLED = /(?:^|[^\w.-])@([^\s@]{0,40})$/;
const EMPTY = /\{\{\s*(?:person|agent|conversation|inbox|workspace|date)\.[a-z_]+[^{}]*\}\}/g;
const PAUSE = 60;
let asked = 0;
let turn = 0;
let typedLength = 0;
let dismissed = "";
let used: string[] = [];
let changed: () => void = () => undefined;

const field = (): HTMLTextAreaElement => document.getElementById("say") as HTMLTextAreaElement;
const list = (): HTMLElement | null => document.getElementById("ready");
const options = (): HTMLElement[] =>
  Array.from(list()?.querySelectorAll<HTMLElement>("[role=option]") ?? []);
const isNote = (): boolean => document.getElementById("compose")?.dataset.kind === "note";

export const isSuggesting = (): boolean => list()?.hidden === false && options().length > 0;
export const chosenCanned = (): string[] => used;
export const forgetCanned = (): void => {
  used = [];
  hide();
};

export function watchSuggestions(whenChanged: () => void): void {
  changed = whenChanged;
  document.body.addEventListener("keydown", (event) => {
    if (event.target === field() && !list()?.hidden) pressed(event);
  });
  document.body.addEventListener("mousedown", (event) => {
    const option = (event.target as Element).closest<HTMLElement>("#ready [role=option]");
    if (!option) return;
    event.preventDefault();
    take(option);
  });
  document.body.addEventListener("click", (event) => {
    if ((event.target as Element).closest("[data-canned]")) beginCanned();
  });
  document.body.addEventListener("focusout", (event) => {
    if (event.target === field())
      window.setTimeout(() => document.activeElement === field() || hide(), 120);
  });
}

/** Look whether what stands before the caret asks for something. Typing never waits for it. */
export function suggest(): void {
  const say = field();
  const before = say.value.slice(0, say.selectionStart);
  const called = isNote() ? CALLED.exec(before) : null;
  const canned = called ? null : CANNED.exec(before);
  const found = called ?? canned;
  turn += 1;
  clearTimeout(asked);
  if (!found || before === dismissed) return hide();
  const query = found[1] ?? found[2] ?? "";
  if (called) {
    typedLength = query.length + 1;
    return show(colleagues(query));
  }
  typedLength = query.length + (found[2] === undefined ? 1 : 2);
  const mine = turn;
  asked = window.setTimeout(async () => {
    const html = await fragment(`/desk/c/${openId()}/ready/?q=${encodeURIComponent(query)}`).catch(
      () => null,
    );
    if (mine === turn && html !== null) show(html);
  }, PAUSE);
}

/** Mark the first empty variable and name them all; say whether there is one. */
export function showEmpty(goThere = false): boolean {
  const line = document.getElementById("unfilled");
  const found = isNote() ? [] : Array.from(field().value.matchAll(EMPTY));
  if (line) {
    line.hidden = found.length === 0;
    line.textContent = word("unfilled", { names: found.map((place) => place[0]).join(" ") });
  }
  if (found.length && goThere) mark(found[0] as RegExpMatchArray);
  return found.length > 0;
}

function mark(place: RegExpMatchArray): void {
  const from = place.index ?? 0;
  field().focus();
  field().setSelectionRange(from, from + place[0].length);
}

/** Begin to look for a canned reply, as if one had typed its sign. */
export function beginCanned(): void {
  const say = field();
  say.focus();
  put(/(^|\s)$/.test(say.value.slice(0, say.selectionStart)) ? "/" : " /");
  changed();
}

function colleagues(query: string): string {
  const team = document.getElementById("colleagues");
  const wanted = query.toLowerCase();
  const fitting = Array.from(team?.children ?? []).filter((one) =>
    one.textContent?.toLowerCase().includes(wanted),
  );
  return fitting
    .slice(0, 8)
    .map((one) => one.outerHTML)
    .join("");
}

function show(html: string): void {
  const place = list();
  if (!place) return;
  place.innerHTML = html;
  place.hidden = html.trim() === "";
  choose(0);
}

function hide(): void {
  const place = list();
  if (!place || place.hidden) return;
  place.hidden = true;
  place.replaceChildren();
  field().removeAttribute("aria-activedescendant");
}

function choose(wanted: number): void {
  const all = options();
  const at = (wanted + all.length) % (all.length || 1);
  all.forEach((option, i) => {
    option.setAttribute("aria-selected", String(i === at));
    if (!option.id) option.id = `ready-${i + 1}`;
    if (i !== at) return;
    option.scrollIntoView({ block: "nearest" });
    field().setAttribute("aria-activedescendant", option.id);
  });
}

function pressed(event: KeyboardEvent): void {
  if (event.isComposing) return;
  const all = options();
  const now = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const does: Record<string, () => void> = {
    ArrowDown: () => choose(now + 1),
    ArrowUp: () => choose(now - 1),
    Enter: () => take(all[now]),
    Tab: () => take(all[now]),
    Escape: dismiss,
  };
  const act = all.length || event.key === "Escape" ? does[event.key] : undefined;
  if (!act || event.shiftKey) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  act();
}

function dismiss(): void {
  dismissed = field().value.slice(0, field().selectionStart);
  hide();
}

function take(option: HTMLElement | undefined): void {
  if (!option) return;
  const say = field();
  const text = option.dataset.text ?? "";
  say.focus();
  say.setSelectionRange(say.selectionStart - typedLength, say.selectionStart);
  put(text);
  if (option.dataset.id?.startsWith("can_")) used.push(option.dataset.id);
  hide();
  changed();
  const empty = Array.from(say.value.matchAll(EMPTY))[0];
  if (empty && !isNote()) mark(empty);
}
