/** Other words for what one said, or none; and what it said before. */
import { restore } from "./composer";
import { complain, fragment, post, toast, word } from "./page";
import { renewThread } from "./thread";

const dialog = (id: string): HTMLDialogElement => document.getElementById(id) as HTMLDialogElement;

export function watchMending(): void {
  document.body.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-mend], [data-history]");
    const message = button?.closest<HTMLElement>("article");
    if (!button || !message) return;
    if (button.dataset.mend === "edit") ask(message);
    else if (button.dataset.mend === "recall") void recall(message);
    else void showHistory(message.id);
  });
  const mend = dialog("mend");
  mend.addEventListener("close", () => {
    if (mend.returnValue === "save") void save(mend.dataset.message ?? "", field().value);
  });
}

const field = (): HTMLTextAreaElement =>
  dialog("mend").querySelector("textarea") as HTMLTextAreaElement;

function ask(message: HTMLElement): void {
  const mend = dialog("mend");
  mend.dataset.message = message.id;
  mend.returnValue = "";
  field().value = message.dataset.text ?? "";
  mend.showModal();
  field().focus();
}

async function save(message: string, text: string): Promise<void> {
  await done(() => post(`/desk/m/${message}/edit/`, { text }));
}

async function recall(message: HTMLElement): Promise<void> {
  const text = message.dataset.text ?? "";
  const gone = await done(() => post(`/desk/m/${message.id}/recall/`, {}));
  if (gone) toast(word("recalled"), word("write_again"), () => restore(text));
}

async function showHistory(message: string): Promise<void> {
  const html = await fragment(`/desk/m/${message}/history/`).catch(() => null);
  const place = dialog("history").querySelector("[data-revisions]");
  if (html === null || !place) return;
  place.innerHTML = html;
  dialog("history").showModal();
}

async function done(does: () => Promise<unknown>): Promise<boolean> {
  try {
    await does();
    await renewThread();
    return true;
  } catch (error) {
    complain(error);
    return false;
  }
}
