/** A dialog that asks something about a conversation: its form is fetched, sent, and says what is wrong. */
import htmx from "htmx.org";
import { catchWords, caught, letGo, play, type Step, taken, whenComposed } from "./early";
import { complain, fragment, post, Refusal, word } from "./page";
import { tellWrong } from "./wrong";

const KEPT = new Set(["Enter", "Tab", "Backspace", "ArrowUp", "ArrowDown"]);

let coming: AbortController | null = null;
let byKey = false;

/** Whether a dialog was asked for that is not here yet. */
export const isAsking = (): boolean => coming !== null;

/** Keys wait for a dialog that is coming; Escape, or a click elsewhere, calls it off. */
export function watchAsking(): void {
  document.addEventListener("pointerdown", () => {
    byKey = false;
    if (coming) callOff();
  });
  document.addEventListener("keydown", pressed, true);
}

function pressed(event: KeyboardEvent): void {
  byKey = true;
  if (!coming || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const isKept = event.key.length === 1 || KEPT.has(event.key);
  if (event.key !== "Escape" && !isKept) return;
  event.stopPropagation(); // nobody else: it is meant for the dialog
  if (event.key === "Escape") {
    event.preventDefault();
    callOff();
  } else {
    catchWords(); // which the key itself goes to, too
    caught(event);
  }
}

function callOff(): void {
  coming?.abort();
  coming = null;
  letGo();
}

/** Show a dialog with what an address answers, and what was written to it meanwhile; return whether it is shown. */
export async function ask(dialog: HTMLDialogElement, address: string): Promise<boolean> {
  coming?.abort();
  const mine = new AbortController();
  coming = mine;
  if (byKey) catchWords(); // before an input method begins
  const html = await fragment(address, mine.signal).catch((error: unknown) => error as Error);
  if (coming === mine) await new Promise<void>(whenComposed);
  if (coming !== mine) return false;
  coming = null;
  const words = taken();
  if (typeof html !== "string") {
    complain(html ?? new Refusal(word("error"), ""));
    return false;
  }
  return show(dialog, html, words);
}

/** Show what was asked for, unless somebody who did not wait has opened something else. */
function show(dialog: HTMLDialogElement, html: string, words: Step[]): boolean {
  if (document.querySelector("dialog[open]")) return false;
  dialog.innerHTML = html;
  htmx.process(dialog);
  dialog.showModal();
  play(words);
  return true;
}

/** Send a form; return whether that went well. */
export async function answered(form: HTMLFormElement): Promise<boolean> {
  try {
    await post(form.action, new FormData(form));
  } catch (error) {
    tellProblem(form, error);
    return false;
  }
  return true;
}

/** Say what went wrong beside the field it is about, else beside the buttons, else of no form. */
export function tellProblem(form: HTMLFormElement, error: unknown): void {
  const place = form.querySelector("[data-problem]");
  if (place) place.textContent = "";
  if (error instanceof Refusal && tellWrong(form, error)) return;
  if (place && error instanceof Refusal) place.textContent = error.message;
  else complain(error);
}

/** Send forms of a kind by script: by their button, or Ctrl+Enter in any field. */
export function watchForms(kind: string, send: (form: HTMLFormElement) => unknown): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.matches(kind)) return;
    event.preventDefault();
    void send(form);
  });
  document.addEventListener("keydown", (event) => {
    const form = (event.target as Element).closest<HTMLFormElement>(kind);
    if (form && event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
}
