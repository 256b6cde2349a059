/** Who gets a copy of an answer by mail: shown before it leaves; each can be left out, others added. */

import { fragment, openId } from "./page";

const box = (): HTMLElement | null => document.getElementById("copies");
const boxes = (): HTMLInputElement[] =>
  Array.from(box()?.querySelectorAll<HTMLInputElement>("input[type=checkbox]") ?? []);
const more = (): HTMLInputElement | null => box()?.querySelector("[data-more]") ?? null;

/** Say with an answer who gets a copy, as it is shown. */
export function addCopies(said: FormData): void {
  if (!box() || said.get("kind") !== "reply") return;
  said.append("copies", "yes");
  const added = more()?.value.split(/[\s,;，；、]+/) ?? [];
  const chosen = boxes().filter((one) => one.checked);
  for (const address of [...chosen.map((one) => one.value), ...added])
    if (address) said.append("copy", address);
}

/** Show who takes part by now; what was chosen stays. */
export async function renewCopies(): Promise<void> {
  const id = openId();
  if (!box() || box()?.contains(document.activeElement)) return;
  const html = await fragment(`/desk/c/${id}/copies/`).catch(() => null);
  const there = box();
  if (!html || !there || id !== openId()) return;
  const chosen = new Map(boxes().map((one) => [one.value, one.checked]));
  const typed = more()?.value ?? "";
  there.outerHTML = html;
  for (const one of boxes()) one.checked = chosen.get(one.value) ?? one.checked;
  const field = more();
  if (field) field.value = typed;
}
