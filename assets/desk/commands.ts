/** What each command of the desk's table does. The table itself, with names and keys, is the server's. */
import { act } from "./acts";
import { whenOpen } from "./ahead";
import { shift } from "./board";
import { pickAll, pickCurrent, withBar } from "./bulk";
import { showKind } from "./composer";
import { openHand } from "./hand";
import { step } from "./list";
import { backToList, changeDensity, changePanes, showPerson } from "./looks";
import { beginSplit, openMerge } from "./merge";
import { desk, openId, toast, word } from "./page";
import { beginCanned } from "./suggest";
import { openTemplates } from "./templates";
import { openEditor } from "./views";
import { openWrap } from "./wrap";

export type Command = {
  id: string;
  keys: string;
  name: string;
  english: string;
  place: string;
  listed: boolean;
};

let table: Command[] | null = null;

export function commands(): Command[] {
  table ??= JSON.parse(desk().dataset.commands ?? "[]") as Command[];
  return table;
}

/** Do what a command says; where it only leads somewhere, go there. */
export function run(id: string): void {
  const does = DOES[id];
  const place = commands().find((one) => one.id === id)?.place;
  if (does) does();
  else if (place) location.assign(place);
}

/** What is done to the open conversation: said, where none is. */
const open =
  (does: () => void): (() => void) =>
  () =>
    whenOpen(() => (openId() ? does() : toast(word("not_here"))));

const last = (selector: string): HTMLElement | undefined =>
  Array.from(document.querySelectorAll<HTMLElement>(selector)).at(-1);

const press = (what: string | HTMLElement | undefined, otherwise = "not_here"): void => {
  const button = typeof what === "string" ? document.querySelector<HTMLElement>(what) : what;
  if (button) button.click();
  else toast(word(otherwise));
};

const DOES: Record<string, () => void> = {
  next: () => step(1),
  previous: () => step(-1),
  reply: open(() => showKind("reply")),
  note: open(() => showKind("note")),
  take: open(() => void act("assign", { member: "me" })),
  assign: open(() => openMenu("assign")),
  move: open(() => openMenu("move")),
  hand: open(() => void openHand()),
  snooze: open(() => openMenu("snooze")),
  settle: open(() => press('[data-act="resolve"], [data-act="reopen"]')),
  status: open(() => openMenu("status")),
  wrap: open(() => void openWrap()),
  merge: open(() => void openMerge()),
  split: open(beginSplit),
  macro: open(() => openMenu("macro")),
  call: open(() => {
    const only = document.querySelector<HTMLElement>('.acts > [data-act="call"]');
    if (only) only.click();
    else openMenu("call");
  }),
  canned: open(beginCanned),
  templates: open(() => void openTemplates()),
  wake: open(() => void act("wake", {})),
  tag: open(() => document.querySelector<HTMLElement>("[data-tag-form] input")?.focus()),
  person: open(showPerson),
  quote: open(() => press(last("#talk .msg.theirs [data-quote]"), "not_there")),
  edit: open(() => press(last('#talk [data-mend="edit"]'), "not_there")),
  recall: open(() => press(last('#talk [data-mend="recall"]'), "not_there")),
  emoji: open(() => openMenu("emoji")),
  later: open(() => openMenu("later")),
  attach: open(() => press("#files")),
  undo: () => press(last("#toasts button"), "not_there"),
  pick: pickCurrent,
  "pick-all": pickAll,
  "bulk-resolve": () => withBar(() => press('[data-bulk="resolve"]', "not_picked")),
  "bulk-assign": () => withBar(() => openMenu("bulk-assign")),
  "bulk-move": () => withBar(() => openMenu("bulk-move")),
  "bulk-snooze": () => withBar(() => openMenu("bulk-snooze")),
  "bulk-tag": () => withBar(() => openMenu("bulk-tag")),
  "bulk-status": () => withBar(() => openMenu("bulk-status")),
  "bulk-reopen": () => withBar(() => press('[data-bulk="reopen"]', "not_picked")),
  "bulk-merge": () => withBar(() => press("[data-bulk-merge]:not([hidden])", "not_picked")),
  view: () => void openEditor(),
  export: () => openMenu("export"),
  density: changeDensity,
  panes: changePanes,
  "card-left": () => shift(-1),
  "card-right": () => shift(1),
  back: backToList,
  search: () => document.getElementById("find")?.focus(),
  online: () => press(".me [name=state][value=online]"),
  away: () => press(".me [name=state][value=away]"),
  offline: () => press(".me [name=state][value=offline]"),
  light: () => press(".me [name=theme][value=light]"),
  dark: () => press(".me [name=theme][value=dark]"),
  chinese: () => press(".me [name=language][value=zh-hans]"),
  english: () => press(".me [name=language][value=en]"),
  security: () => press(".me a.choice"),
  "log-out": () => press('.me form[action*="logout"] button'),
  help: () => (document.getElementById("help") as HTMLDialogElement | null)?.showModal(),
};

function openMenu(name: string): void {
  const menu = document.querySelector<HTMLDetailsElement>(`details[data-menu="${name}"]`);
  const lacks = openId() ? "not_there" : "not_here";
  if (!menu) return toast(word(name.startsWith("bulk") ? "not_picked" : lacks));
  menu.open = true;
  menu.querySelector<HTMLElement>("button, input")?.focus();
}
