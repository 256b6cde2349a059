/** The wrap-up: what a conversation was about, asked in a dialog when it is settled. */
import { renewList } from "./list";
import { complain, fragment, openId, post, Refusal } from "./page";
import { renewThread } from "./thread";

const dialog = (): HTMLDialogElement => document.getElementById("wrap-up") as HTMLDialogElement;
let id = "";

export function watchWrap(): void {
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    if (target.closest("[data-wrap-open]")) void openWrap();
    if (target.closest("[data-wrap-skip]")) void skip();
  });
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.matches("[data-wrap-form]")) return;
    event.preventDefault();
    void save(form);
  });
  document.addEventListener("keydown", (event) => {
    const form = (event.target as Element).closest<HTMLFormElement>("[data-wrap-form]");
    if (form && event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
}

/** Whether the open conversation's inbox asks at the end. */
export const asks = (): boolean =>
  document.querySelector('[data-act="resolve"][data-wrap]') !== null;

/** Ask; with `settle`, what is saved is settled at once, by the status one chose if there is one. */
export async function openWrap(settle = false, status = "", of = openId()): Promise<void> {
  id = of;
  const query = new URLSearchParams({ settle: settle ? "1" : "", status });
  const html = await fragment(`/desk/c/${id}/wrap-up/?${query}`);
  if (html === null) return;
  dialog().innerHTML = html;
  dialog().showModal();
}

async function save(form: HTMLFormElement): Promise<void> {
  try {
    await post(form.action, new FormData(form));
  } catch (error) {
    const place = form.querySelector("[data-problem]");
    if (place && error instanceof Refusal) place.textContent = error.message;
    else complain(error);
    return;
  }
  await over();
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
