/** What was written goes out: shown at once, repeated under the same id, given back where refused. */

import type { Attached } from "./files";
import { takeBack } from "./held";
import { renewListSoon } from "./list";
import { complain, openId, post, Refusal, toast, word } from "./page";
import { askAgain } from "./stale";
import { renewThread, toEnd } from "./thread";

export interface Said {
  form: FormData;
  files: Attached[];
}

type Restore = (text: string, files: Attached[]) => void;
let undoing = false;

/** Take back what is on its way, once the server has it. */
export function undoAsSoonAsSent(): void {
  undoing = document.querySelector("#talk [data-waiting]") !== null;
}

/** Send it; where the server refuses what the writer can mend, the words are given back. */
export async function deliver(
  id: string,
  said: Said,
  line: HTMLElement,
  restore: Restore,
): Promise<void> {
  const state = line.querySelector(".state");
  if (state) state.textContent = word("sending");
  line.classList.remove("failed");
  line.ariaHidden = "true";
  try {
    const { held } = await post(`/desk/c/${id}/say/`, said.form);
    if (held && undoing) await takeBack(held);
    undoing = false;
    tellOf(said.form);
    await renewThread();
    line.remove();
    renewListSoon();
  } catch (error) {
    if (error instanceof Refusal && GIVEN_BACK.has(error.code) && id === openId())
      return giveBack(error, said, line, restore);
    complain(error);
    line.classList.add("failed");
    line.ariaHidden = null;
    if (state) state.replaceChildren(`${word("failed")} · `, repeat(id, said, line, restore));
  }
}

function tellOf(said: FormData): void {
  if (said.get("at")) toast(word("scheduled"));
  if (said.get("review")) toast(word("offered"));
}

/** Refusals that the writer can mend: the words come back. */
const GIVEN_BACK = new Set([
  "conversation.stale",
  "message.unfilled",
  "schedule.past",
  "schedule.far",
]);

async function giveBack(
  error: Refusal,
  said: Said,
  line: HTMLElement,
  restore: Restore,
): Promise<void> {
  line.remove();
  restore(String(said.form.get("text")), said.files);
  if (error.code !== "conversation.stale") return complain(error);
  await renewThread();
  askAgain();
}

function repeat(id: string, said: Said, line: HTMLElement, restore: Restore): HTMLElement {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = word("again");
  button.addEventListener("click", () => void deliver(id, said, line, restore));
  return button;
}

/** Show words that are on their way. */
export function waiting(text: string, what: "reply" | "note"): HTMLElement {
  const line = document.createElement("article");
  line.className = what === "note" ? "note" : "msg ours";
  line.dataset.waiting = "yes";
  line.ariaHidden = "true"; // one hears of it once it is sent, or failed
  const body = document.createElement("div");
  body.className = "body plain";
  body.textContent = text;
  const footer = document.createElement("footer");
  footer.innerHTML = '<span class="state"></span>';
  line.append(body, footer);
  document.getElementById("talk")?.append(line);
  toEnd();
  return line;
}
