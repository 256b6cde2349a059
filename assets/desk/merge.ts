/** One conversation of two, two of one, and as it was before. */
import { openConversation } from "./ahead";
import { ask, tellProblem } from "./asking";
import { renewList } from "./list";
import { closeMenus } from "./menus";
import { complain, fragment, openId, post, thread, toast, word } from "./page";
import { renewThread } from "./thread";

const dialog = (): HTMLDialogElement => document.getElementById("merge") as HTMLDialogElement;
const bar = (): HTMLElement | null => document.getElementById("split-bar");

export function watchMerging(): void {
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    if (target.closest("[data-merge-open]")) void openMerge();
    if (target.closest("[data-split-open]")) beginSplit();
    if (target.closest("[data-split-close]")) endSplit();
    if (target.closest("[data-split-go]")) void split();
    if (target.matches("[data-split-pick]")) showCount();
  });
  document.addEventListener("keydown", keyed);
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.matches("[data-merge-form]")) return;
    event.preventDefault();
    void merge(form);
  });
}

/** Ask into which; of several that were picked, all others go into the last. */
export async function openMerge(ids: string[] = [openId()]): Promise<boolean> {
  closeMenus();
  const [first = "", ...others] = ids;
  const into = others.pop() ?? "";
  const query = new URLSearchParams(into ? { into } : {});
  for (const also of others) query.append("also", also);
  return ask(dialog(), `/desk/c/${first}/merge/?${query}`);
}

async function merge(form: HTMLFormElement): Promise<void> {
  try {
    const { id, place } = await post(form.action, new FormData(form));
    dialog().close();
    await show(id, place);
    toast(word("merged"), word("undo"), () => void undoLatest(id));
  } catch (error) {
    tellProblem(form, error);
  }
}

/** Take back what was done to a conversation last: the first that the menu would offer. */
async function undoLatest(id: string): Promise<void> {
  const menu = document.createElement("template");
  menu.innerHTML = (await fragment(`/desk/c/${id}/regrouped/`)) ?? "";
  const button = menu.content.querySelector<HTMLElement>('[data-act="regroup-undo"]');
  if (button) await undo(button.dataset.kind ?? "", button.dataset.regrouping ?? "");
  await Promise.all([renewThread(), renewList()]);
}

export async function undo(kind: string, regrouping: string): Promise<void> {
  await post(`/desk/regroupings/${regrouping}/undo-${kind}/`, {}).catch(complain);
}

/** The open conversation goes on in another: show that one. */
export async function show(id: string, place = `/desk/all/${id}/`): Promise<void> {
  await openConversation(id, place);
  await renewList();
}

export async function mergedAway(id: string): Promise<void> {
  await show(id);
  toast(word("merged_away"));
}

/** Choose messages: the arrows go from one to the other, space chooses, Enter splits off, Esc leaves. */
export function beginSplit(): void {
  closeMenus();
  thread()?.classList.add("splitting");
  const place = bar();
  if (place) place.hidden = false;
  showCount();
  boxes().at(-1)?.focus();
}

function endSplit(): void {
  for (const box of picks()) box.checked = false;
  thread()?.classList.remove("splitting");
  const place = bar();
  if (place) place.hidden = true;
  document.getElementById("talk")?.focus();
}

const isSplitting = (): boolean => thread()?.classList.contains("splitting") ?? false;

function keyed(event: KeyboardEvent): void {
  const target = event.target as Element;
  if (!isSplitting() || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  const all = boxes();
  const now = all.indexOf(target as HTMLInputElement);
  const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key === "Escape") endSplit();
  else if (now >= 0 && steps[event.key]) all[now + (steps[event.key] ?? 0)]?.focus();
  else if (now >= 0 && event.key === "Enter") void split();
  else return;
  event.preventDefault();
}

const boxes = (): HTMLInputElement[] =>
  Array.from(document.querySelectorAll<HTMLInputElement>("#talk [data-split-pick]"));

const picks = (): HTMLInputElement[] => boxes().filter((box) => box.checked);

function showCount(): void {
  const count = picks().length;
  const line = document.getElementById("split-count");
  const go = document.querySelector<HTMLButtonElement>("[data-split-go]");
  if (line) line.textContent = count ? word("to_split", { count }) : word("to_choose");
  if (go) go.disabled = count === 0;
}

async function split(): Promise<void> {
  if (!picks().length) return;
  const form = new FormData();
  for (const box of picks()) form.append("message", box.value);
  try {
    const { id, place } = await post(`/desk/c/${openId()}/split/`, form);
    await show(id, place);
    toast(word("split"), word("undo"), () => void undoLatest(id));
  } catch (error) {
    complain(error);
  }
}
