/** What the vendor has approved, where one may not write freely: chosen, filled, sent. */
import { answered, ask, watchForms } from "./asking";
import { renewListSoon } from "./list";
import { closeMenus } from "./menus";
import { openId, toast, word } from "./page";
import { seenUpto } from "./stale";
import { renewThread, toEnd } from "./thread";
import { answered as somebodyElse } from "./ways";

const dialog = (): HTMLDialogElement => document.getElementById("templates") as HTMLDialogElement;

export function watchTemplates(): void {
  document.addEventListener("click", (event) => {
    if ((event.target as Element).closest("[data-templates-open]")) void openTemplates();
  });
  document.addEventListener("input", (event) => {
    const field = event.target as HTMLInputElement;
    if (field.form?.matches("[data-template-form]")) show(field);
  });
  document.addEventListener("keydown", walk);
  watchForms("[data-template-form]", send);
}

/** The arrows go from the filter into what was found, and from one to the other. */
function walk(event: KeyboardEvent): void {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const places = Array.from(
    dialog()?.querySelectorAll<HTMLElement>("[name=q], #templates-found button") ?? [],
  );
  const now = places.indexOf(document.activeElement as HTMLElement);
  if (!by || now < 0) return;
  event.preventDefault();
  places[now + by]?.focus();
}

/** Ask which one; only where the answer goes by a channel that has templates, to the person themselves. */
export async function openTemplates(): Promise<void> {
  closeMenus();
  const has = document.getElementById("ways")?.dataset.templates === "yes";
  if (!has || somebodyElse()) return toast(word(openId() ? "not_there" : "not_here"));
  await ask(dialog(), `/desk/c/${openId()}/templates/`);
}

/** What is typed stands in the text at once. */
function show(field: HTMLInputElement): void {
  const name = field.labels?.[0]?.textContent ?? "";
  for (const place of Array.from(dialog().querySelectorAll<HTMLElement>("[data-hole]")))
    if (place.dataset.hole === name) place.textContent = field.value.trim() || name;
}

async function send(form: HTMLFormElement): Promise<void> {
  const seen = document.createElement("input");
  seen.type = "hidden";
  seen.name = "seen";
  seen.value = seenUpto();
  form.querySelector("[name=seen]")?.remove();
  form.append(seen);
  if (!(await answered(form))) return;
  dialog().close();
  await renewThread();
  toEnd();
  renewListSoon();
}
