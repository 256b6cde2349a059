/** Other words for what one said, or none; and what it said before. */
import { restore } from "./composer";
import { complain, fragment, post, toast, word } from "./page";
import { renewThread } from "./thread";

const dialog = (id: string): HTMLDialogElement => document.getElementById(id) as HTMLDialogElement;

export function watchMending(): void {
  document.body.addEventListener("click", pressed);
  const mend = dialog("mend");
  mend.addEventListener("close", () => {
    if (mend.returnValue === "save") void save(mend.dataset.message ?? "", field().value);
  });
}

function pressed(event: MouseEvent): void {
  const wanted = "[data-mend], [data-history], [data-whole]";
  const button = (event.target as Element).closest<HTMLElement>(wanted);
  const message = button?.closest<HTMLElement>("article");
  if (!button || !message) return;
  const { mend: way, whole } = button.dataset;
  if (way) void (way === "edit" ? ask(message) : recall(message));
  else void show(message.id, whole === undefined ? "history" : "letter");
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

async function show(message: string, what: "history" | "letter"): Promise<void> {
  const html = await fragment(`/desk/m/${message}/${what}/`).catch(() => null);
  const place = dialog(what).querySelector("[data-revisions]");
  if (html === null || !place) return;
  place.innerHTML = html;
  dialog(what).showModal();
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
