/** Writing: a reply or a note, saved as one types, sent once. */

import { uuid } from "../widget/ids";
import { addCopies } from "./copies";
import { forgetDraft, type Kind, keepDraft, saveDrafts, unsavedDraft, watchDrafts } from "./drafts";
import {
  type Attached,
  attach,
  attachAgain,
  attachedFiles,
  forgetFiles,
  isUploading,
} from "./files";
import { watchFormats } from "./format";
import { later } from "./later";
import { send as tell } from "./live";
import { closeMenus } from "./menus";
import { complain, openId, post } from "./page";
import { deliver, undoAsSoonAsSent, waiting } from "./sending";
import { begunAt, hideStale, seenUpto } from "./stale";
import {
  chosenCanned,
  forgetCanned,
  isSuggesting,
  showEmpty,
  suggest,
  watchSuggestions,
} from "./suggest";
import { toEnd } from "./thread";
import { answered, goBy, isTooLong } from "./ways";

const EMOJI =
  "😀 😊 🙂 😉 😂 😍 🤔 😅 😢 😭 😡 🙏 👍 👎 👌 👏 💪 🎉 ❤️ 🌹 🍵 📦 🚚 ✅ ❌ ⭐ 🔥 💰 📷 ☎️".split(
    " ",
  );
let typedAt = 0;
let pausing = 0;
const PAUSE = 5_000;
let written = 0;

const form = (): HTMLFormElement | null => document.getElementById("compose") as HTMLFormElement;
const field = (): HTMLTextAreaElement => document.getElementById("say") as HTMLTextAreaElement;
const kind = (): Kind => (form()?.dataset.kind === "note" ? "note" : "reply");

export function watchComposer(): void {
  document.body.addEventListener("input", (event) => {
    if (event.target === field()) typed();
  });
  document.body.addEventListener("keydown", (event) => {
    const tab = (event.target as Element).closest("#compose [role=tab]");
    if (tab && /^Arrow(Left|Right)$/.test(event.key)) walkTabs();
    if (event.target === field() && !event.isComposing && !isSuggesting()) pressed(event);
  });
  document.body.addEventListener("submit", (event) => {
    if (event.target !== form()) return;
    event.preventDefault();
    void say();
  });
  document.body.addEventListener("click", (event) => clicked(event.target as HTMLElement, event));
  watchFiles();
  watchDrafts();
  watchFormats(typed);
  watchSuggestions(typed);
}

function pressed(event: KeyboardEvent): void {
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    void say();
  }
  if (event.key === "z" && (event.ctrlKey || event.metaKey) && !field().value) undoLast();
}

/** A conversation was opened: its drafts are in the fields. */
export function renewComposer(): void {
  forgetFiles();
  saveDrafts();
  for (const what of ["reply", "note"] as const) restoreDraft(what);
  written = field()?.value.length ?? 0;
  clearTimeout(pausing);
  typedAt = 0; // it was typing in another conversation, which the wire knows one has left
  forgetCanned();
  const place = document.getElementById("emoji");
  if (!form() || !place) return;
  place.replaceChildren(
    ...EMOJI.map((face) => {
      const button = document.createElement("button");
      button.type = "button";
      button.dataset.emoji = face;
      button.textContent = face;
      return button;
    }),
  );
  grow();
}

function restoreDraft(what: Kind): void {
  const text = unsavedDraft(openId(), what);
  if (text === undefined || !form()) return;
  field().dataset[what] = text;
  if (what === kind()) field().value = text;
}

/** Write a reply, or a note. */
export function showKind(wanted: Kind): void {
  const compose = form();
  if (!compose || !document.getElementById(`tab-${wanted}`)) return;
  if (kind() !== wanted) {
    field().dataset[kind()] = field().value;
    compose.dataset.kind = wanted;
    field().value = field().dataset[wanted] ?? "";
    field().placeholder =
      compose.querySelector("textarea")?.getAttribute(`data-placeholder-${wanted}`) ?? "";
    field().setAttribute("aria-labelledby", `tab-${wanted}`);
  }
  for (const tab of Array.from(compose.querySelectorAll<HTMLElement>("[role=tab]"))) {
    tab.setAttribute("aria-selected", String(tab.dataset.kind === wanted));
    tab.tabIndex = tab.dataset.kind === wanted ? 0 : -1;
  }
  for (const label of Array.from(compose.querySelectorAll<HTMLElement>("[data-send]")))
    label.hidden = label.dataset.send !== wanted;
  field().focus();
  grow();
}

/** There are two: either arrow goes to the other, and the focus stays with the tabs. */
function walkTabs(): void {
  const wanted = kind() === "reply" ? "note" : "reply";
  showKind(wanted);
  document.getElementById(`tab-${wanted}`)?.focus();
}

/** Words come back into the composer: taken back, or stopped on their way. */
export function restore(text: string, files: Attached[] = []): void {
  showKind("reply");
  field().value = field().value.trim() ? `${text}\n\n${field().value}` : text;
  attachAgain(files);
  field().setSelectionRange(field().value.length, field().value.length);
  written = field().value.length; // they were written before, to what stood there then
  typed();
}

/** What was sent last and can be taken back still. */
function undoLast(): void {
  const resting = Array.from(document.querySelectorAll<HTMLElement>("#talk [data-undo] button"));
  if (resting.length) resting.at(-1)?.click();
  else undoAsSoonAsSent();
}

function clicked(target: HTMLElement, event: MouseEvent): void {
  const stale = target.closest<HTMLElement>("[data-stale]")?.dataset.stale;
  if (stale) {
    hideStale();
    if (stale === "send") void say({ anyway: true });
    else toEnd();
  }
  if (target.closest("[data-review]")) {
    closeMenus();
    void say({ reviewer: chosenIn("reviewer") });
  }
  const when = target.closest<HTMLElement>("[data-later]")?.dataset.later;
  if (when) sendLater(when);
  const tab = target.closest<HTMLElement>("#compose [role=tab]");
  if (tab) showKind(tab.dataset.kind as Kind);
  const way = target.closest<HTMLElement>("[data-way]")?.dataset;
  if (way) void goBy(way).then((gone) => gone && restore(way.text ?? ""));
  const face = target.closest<HTMLElement>("[data-emoji]")?.dataset.emoji;
  if (!face) return;
  field().setRangeText(face, field().selectionStart, field().selectionEnd, "end");
  if (event.detail === 0) closeMenus(); // by a key; with a mouse one may pick several
  field().focus();
  typed();
}

function sendLater(when: string): void {
  const at = when === "at" ? chosenIn("later-at") : later(when);
  if (!at) return;
  closeMenus();
  void say({ at, onReply: chosenIn("on-reply") });
}

const chosenIn = (id: string): string =>
  (document.getElementById(id) as HTMLInputElement | HTMLSelectElement).value;

function watchFiles(): void {
  document.body.addEventListener("change", (event) => {
    const input = event.target as HTMLInputElement;
    if (input.id === "undo-on")
      void post("/desk/undo/", { on: input.checked ? "yes" : "" }).catch(complain);
    if (input.id !== "files") return;
    attach(input.files ?? []);
    input.value = "";
  });
  document.body.addEventListener("paste", (event) => {
    const files = event.clipboardData?.files;
    if (event.target !== field() || !files?.length) return;
    event.preventDefault();
    attach(files);
  });
  document.body.addEventListener("dragover", (event) => {
    if ((event.target as Element).closest("main.thread")) event.preventDefault();
  });
  document.body.addEventListener("drop", (event) => {
    if (!(event.target as Element).closest("main.thread")) return;
    event.preventDefault();
    attach(event.dataTransfer?.files ?? []);
  });
}

function typed(): void {
  if (!written && field().value) begunAt();
  written = field().value.length;
  grow();
  suggest();
  showEmpty();
  tellTyping();
  keepDraft({ id: openId(), kind: kind(), text: field().value });
}

export const isTyping = (): boolean => typedAt > 0;

/** A note is nobody's business yet; a pause, or an empty field, is no typing. */
function tellTyping(): void {
  if (kind() === "note") return;
  if (!field().value) return stopTyping();
  if (Date.now() - typedAt > 3000) {
    typedAt = Date.now();
    tell({ type: "typing", conversation_id: openId(), on: true });
  }
  clearTimeout(pausing);
  pausing = window.setTimeout(stopTyping, PAUSE);
}

function stopTyping(): void {
  clearTimeout(pausing);
  if (typedAt) tell({ type: "typing", conversation_id: openId(), on: false });
  typedAt = 0;
}

interface How {
  at?: string;
  onReply?: string;
  anyway?: boolean;
  reviewer?: string;
}

/** Send what was written: shown at once, repeated under the same id until the server has it. */
async function say(how: How = {}): Promise<void> {
  const text = field().value;
  const files = attachedFiles();
  if ((!text.trim() && files.length === 0) || isUploading()) return;
  if (kind() === "reply" && (showEmpty(true) || isTooLong(text))) return;
  forgetDraft(openId(), kind());
  hideStale();
  const said = { form: formOf(text, how), files };
  const line = waiting(text, kind());
  line.dataset.client = String(said.form.get("client_id"));
  field().value = "";
  written = 0;
  field().dataset[kind()] = "";
  forgetFiles();
  forgetCanned();
  grow();
  stopTyping();
  document.getElementById("draft-state")?.replaceChildren();
  await deliver(openId(), said, line, restore);
}

function formOf(text: string, how: How): FormData {
  const said = new FormData();
  if (kind() === "reply" && answered()) said.append("to", answered());
  said.append("kind", kind());
  said.append("text", text);
  said.append("client_id", uuid());
  addCopies(said);
  for (const { id } of attachedFiles()) said.append("file", id);
  for (const id of chosenCanned()) said.append("canned", id);
  if (how.at) said.append("at", how.at);
  if (how.reviewer !== undefined) {
    said.append("review", "yes");
    said.append("reviewer", how.reviewer);
  }
  if (how.onReply) said.append("on_reply", how.onReply);
  if (document.querySelector<HTMLInputElement>("#undo-on")?.checked) said.append("undo", "yes");
  if (!how.anyway && kind() === "reply") said.append("seen", seenUpto());
  return said;
}

function grow(): void {
  const text = field();
  if (!text) return;
  isTooLong(text.value);
  text.rows = Math.min(
    10,
    Math.max(2, text.value.split("\n").length, Math.ceil(text.value.length / 60)),
  );
}
