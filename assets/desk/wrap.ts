/** The wrap-up: what a conversation was about, asked in a dialog when it is settled. */
import { answered, ask, watchForms } from "./asking";
import { renewList } from "./list";
import { complain, openId, post } from "./page";
import { renewThread } from "./thread";

const dialog = (): HTMLDialogElement => document.getElementById("wrap-up") as HTMLDialogElement;
let id = "";

export function watchWrap(): void {
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    if (target.closest("[data-wrap-open]")) void openWrap();
    if (target.closest("[data-wrap-skip]")) void skip();
  });
  watchForms("[data-wrap-form]", save);
}

/** Whether the open conversation's inbox asks at the end. */
export const asks = (): boolean =>
  document.querySelector('[data-act="resolve"][data-wrap]') !== null;

/** Ask; with `settle`, what is saved is settled at once, by the status one chose if there is one. */
export async function openWrap(settle = false, status = "", of = openId()): Promise<void> {
  id = of;
  const query = new URLSearchParams({ settle: settle ? "1" : "", status });
  await ask(dialog(), `/desk/c/${id}/wrap-up/?${query}`);
}

async function save(form: HTMLFormElement): Promise<void> {
  if (await answered(form)) await over();
}

/** Settle without a word about it. */
async function skip(): Promise<void> {
  const form = dialog().querySelector("form");
  const status = String(new FormData(form ?? undefined).get("status") ?? "");
  const at = `/desk/c/${id}`;
  await (status ? post(`${at}/status/`, { status }) : post(`${at}/resolve/`, {})).catch(complain);
  await over();
}

async function over(): Promise<void> {
  dialog().close();
  await Promise.all([renewThread(), renewList()]);
}
