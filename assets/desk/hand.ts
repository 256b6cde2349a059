/** Handing over: to whom, why, and what they need to know. */
import { answered, ask, watchForms } from "./asking";
import { renewList } from "./list";
import { closeMenus } from "./menus";
import { openId } from "./page";
import { renewThread } from "./thread";

const dialog = (): HTMLDialogElement => document.getElementById("hand-over") as HTMLDialogElement;

export function watchHanding(): void {
  document.addEventListener("click", (event) => {
    if ((event.target as Element).closest("[data-hand-open]")) void openHand();
  });
  watchForms("[data-hand-form]", handOver);
}

export async function openHand(): Promise<void> {
  closeMenus();
  await ask(dialog(), `/desk/c/${openId()}/hand-over/`);
}

async function handOver(form: HTMLFormElement): Promise<void> {
  if (!(await answered(form))) return;
  dialog().close();
  await Promise.all([renewThread(), renewList()]);
}
