/** A dialog that asks something about a conversation: its form is fetched, sent, and says what is wrong. */
import htmx from "htmx.org";
import { complain, fragment, post, Refusal } from "./page";

/** Show a dialog with what an address answers. */
export async function ask(dialog: HTMLDialogElement, address: string): Promise<void> {
  const html = await fragment(address);
  if (html !== null) show(dialog, html);
}

/** Show what was asked for, unless somebody who did not wait has opened something else. */
export function show(dialog: HTMLDialogElement, html: string): void {
  if (document.querySelector("dialog[open]")) return;
  dialog.innerHTML = html;
  htmx.process(dialog);
  dialog.showModal();
}

/** Send a form; return whether that went well. What is wrong stands beside its buttons. */
export async function answered(form: HTMLFormElement): Promise<boolean> {
  try {
    await post(form.action, new FormData(form));
  } catch (error) {
    const place = form.querySelector("[data-problem]");
    if (place && error instanceof Refusal) place.textContent = error.message;
    else complain(error);
    return false;
  }
  return true;
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
