/** Where an answer goes, and what may be said there: known before one types. */
import { morph } from "./morph";
import { complain, fragment, openId, post, word } from "./page";

const SHOWN_FROM = 0.8; // of the longest text: nobody counts before

const row = (): HTMLElement | null => document.getElementById("ways");

export function watchWays(): void {
  document.addEventListener("change", (event) => {
    const select = event.target as HTMLSelectElement;
    const chosen = select.id === "answer-to" ? select.selectedOptions[0] : null;
    if (chosen?.dataset.inbox) void goBy(chosen.dataset);
  });
}

/** Go on at another of the person's addresses; whether that could be done. */
export async function goBy(way: DOMStringMap): Promise<boolean> {
  const { inbox = "", identity = "" } = way;
  try {
    await post(`/desk/c/${openId()}/ways/`, { inbox, identity });
    return true;
  } catch (error) {
    complain(error);
    return false;
  } finally {
    await renewWays(true);
  }
}

/** What may still be said changes with everything that is said. */
export async function renewWays(isChosen = false): Promise<void> {
  const id = openId();
  const place = row();
  if (!place || (!isChosen && place.contains(document.activeElement))) return;
  const html = await fragment(`/desk/c/${id}/ways/`).catch(() => null);
  if (html === null || id !== openId()) return;
  const made = document.createElement("template");
  made.innerHTML = html;
  const next = made.content.firstElementChild as HTMLElement;
  for (const name of ["longest", "largest", "types", "formats", "by", "templates"])
    place.dataset[name] = next.dataset[name] ?? "";
  const by = document.querySelector("#tab-reply [data-by]");
  if (by) by.textContent = place.dataset.by ?? "";
  place.hidden = next.hidden;
  morph(place, next.innerHTML);
}

/** Whom an answer is for, where somebody else was merged into the conversation. */
export const answered = (): string =>
  document.querySelector<HTMLSelectElement>("#answer-to")?.value ?? "";

const isNote = (): boolean => document.getElementById("compose")?.dataset.kind === "note";

/** The largest file that may be sent, in MB: what a channel takes, of what we take. 0: it takes none. */
export function largestFile(ours: number): number {
  const said = row()?.dataset.largest;
  return isNote() || !said ? ours : Math.min(ours, Number(said));
}

/** The kinds of files that a channel takes, where it does not take this one; else nothing. */
export function takenInstead(type: string): string {
  const types = isNote() ? "" : (row()?.dataset.types ?? "");
  if (!types || !type || types.split(" ").includes(type)) return "";
  return types.replace(/\w+\//g, "").split(" ").join(", ");
}

/** Show how much is too much, as soon as it comes near; whether it is. */
export function isTooLong(text: string): boolean {
  const longest = isNote() ? 0 : Number(row()?.dataset.longest ?? 0);
  const place = document.getElementById("too-long");
  const long = Array.from(text).length;
  const over = longest > 0 && long > longest;
  if (!place) return over;
  place.hidden = !longest || long < longest * SHOWN_FROM;
  place.textContent = `${long.toLocaleString()} / ${longest.toLocaleString()}${over ? ` · ${word("too_long")}` : ""}`;
  place.classList.toggle("late", over);
  return over;
}
