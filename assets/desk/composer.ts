/** Writing: a reply or a note, saved as one types, sent once. */

import { uuid } from "../widget/ids";
import { attach, attachedIds, forgetFiles, isUploading } from "./files";
import { renewListSoon } from "./list";
import { send as tell } from "./live";
import { complain, openId, post, word } from "./page";
import { renewThread, toEnd } from "./thread";

type Kind = "reply" | "note";
const EMOJI =
  "😀 😊 🙂 😉 😂 😍 🤔 😅 😢 😭 😡 🙏 👍 👎 👌 👏 💪 🎉 ❤️ 🌹 🍵 📦 🚚 ✅ ❌ ⭐ 🔥 💰 📷 ☎️".split(
    " ",
  );
let saving = 0;
let typedAt = 0;
let pausing = 0;
const PAUSE = 5_000;

const form = (): HTMLFormElement | null => document.getElementById("compose") as HTMLFormElement;
const field = (): HTMLTextAreaElement => document.getElementById("say") as HTMLTextAreaElement;
const kind = (): Kind => (form()?.dataset.kind === "note" ? "note" : "reply");

export function watchComposer(): void {
  document.body.addEventListener("input", (event) => {
    if (event.target === field()) typed();
  });
  document.body.addEventListener("keydown", (event) => {
    if (
      event.target === field() &&
      event.key === "Enter" &&
      !event.shiftKey &&
      !event.isComposing
    ) {
      event.preventDefault();
      void say();
    }
    const tab = (event.target as Element).closest("#compose [role=tab]");
    if (tab && /^Arrow(Left|Right)$/.test(event.key)) walkTabs();
  });
  document.body.addEventListener("submit", (event) => {
    if (event.target !== form()) return;
    event.preventDefault();
    void say();
  });
  document.body.addEventListener("click", (event) => clicked(event.target as HTMLElement));
  watchFiles();
}

/** A conversation was opened: its drafts are in the fields. */
export function renewComposer(): void {
  forgetFiles();
  clearTimeout(pausing);
  typedAt = 0; // it was typing in another conversation, which the wire knows one has left
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

/** Write a reply, or a note. */
export function showKind(wanted: Kind): void {
  const compose = form();
  if (!compose) return;
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

function clicked(target: HTMLElement): void {
  const tab = target.closest<HTMLElement>("#compose [role=tab]");
  if (tab) showKind(tab.dataset.kind as Kind);
  const face = target.closest<HTMLElement>("[data-emoji]")?.dataset.emoji;
  if (!face) return;
  field().setRangeText(face, field().selectionStart, field().selectionEnd, "end");
  field().focus();
  typed();
}

function watchFiles(): void {
  document.body.addEventListener("change", (event) => {
    const input = event.target as HTMLInputElement;
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
  grow();
  tellTyping();
  clearTimeout(saving);
  const [id, what, text] = [openId(), kind(), field().value];
  saving = window.setTimeout(() => void save(id, what, text), 500);
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

async function save(id: string, what: Kind, text: string): Promise<void> {
  const state = document.getElementById("draft-state");
  try {
    await post(`/desk/c/${id}/draft/`, { kind: what, text });
    if (state && id === openId()) state.textContent = text.trim() ? word("saved") : "";
  } catch {
    if (state) state.textContent = "";
  }
}

/** Send what was written: shown at once, repeated under the same id until the server has it. */
async function say(): Promise<void> {
  const text = field().value;
  const files = attachedIds();
  if ((!text.trim() && files.length === 0) || isUploading()) return;
  clearTimeout(saving);
  const said = new FormData();
  said.append("kind", kind());
  said.append("text", text);
  const client = uuid();
  said.append("client_id", client);
  for (const id of files) said.append("file", id);
  const line = waiting(text, kind());
  line.dataset.client = client;
  field().value = "";
  field().dataset[kind()] = "";
  forgetFiles();
  grow();
  stopTyping();
  document.getElementById("draft-state")?.replaceChildren();
  await deliver(openId(), said, line);
}

async function deliver(id: string, said: FormData, line: HTMLElement): Promise<void> {
  const state = line.querySelector(".state");
  if (state) state.textContent = word("sending");
  line.classList.remove("failed");
  try {
    await post(`/desk/c/${id}/say/`, said);
    await renewThread();
    line.remove();
    renewListSoon();
  } catch (error) {
    complain(error);
    line.classList.add("failed");
    if (state) state.replaceChildren(`${word("failed")} · `, repeat(id, said, line));
  }
}

function repeat(id: string, said: FormData, line: HTMLElement): HTMLElement {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = word("again");
  button.addEventListener("click", () => void deliver(id, said, line));
  return button;
}

function waiting(text: string, what: Kind): HTMLElement {
  const line = document.createElement("article");
  line.className = what === "note" ? "note" : "msg ours";
  line.dataset.waiting = "yes";
  const body = document.createElement("div");
  body.className = "body plain";
  body.textContent = text;
  const footer = document.createElement("footer");
  footer.innerHTML = '<span class="state"></span>';
  line.append(body, footer);
  document.getElementById("talk")?.append(line);
  toEnd();
  return line;
}

function grow(): void {
  const text = field();
  if (!text) return;
  text.rows = Math.min(
    10,
    Math.max(2, text.value.split("\n").length, Math.ceil(text.value.length / 60)),
  );
}
