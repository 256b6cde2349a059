/** The board: cards are dragged from column to column, or moved by keys; where one stands is what it is. */
import { renewList } from "./list";
import { inTurn, isMoving, settled } from "./moves";
import { complain, openId, post, Refusal, toast, word } from "./page";
import { openWrap } from "./wrap";

const lanes = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>("#board .lane")];
const laneOf = (place: EventTarget | null): HTMLElement | null =>
  place instanceof Element ? place.closest<HTMLElement>("#board .lane") : null;
const title = (lane: HTMLElement): string =>
  lane.querySelector("h2 .clip")?.textContent?.trim() ?? "";

let dragged: HTMLElement | null = null;

export function watchBoard(): void {
  document.addEventListener("click", linger, true);
  document.addEventListener("dragstart", (event) => {
    const card =
      laneOf(event.target) && (event.target as Element).closest<HTMLElement>(".pickable");
    if (!card || !event.dataTransfer) return;
    dragged = card;
    event.dataTransfer.effectAllowed = "move";
    card.classList.add("dragged");
    document.getElementById("board")?.classList.add("dragging");
  });
  document.addEventListener("dragover", (event) => {
    const lane = laneOf(event.target);
    const fits = dragged !== null && lane?.dataset.sets !== undefined;
    for (const one of lanes()) one.classList.toggle("over", fits && one === lane);
    if (fits) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    const lane = laneOf(event.target);
    if (!dragged || !lane) return;
    event.preventDefault();
    void move(dragged, lane);
  });
  document.addEventListener("dragend", () => {
    dragged?.classList.remove("dragged");
    dragged = null;
    document.getElementById("board")?.classList.remove("dragging");
    for (const lane of lanes()) lane.classList.remove("over");
  });
}

/** Move the card in hand (focused, else open) one column to the left (-1) or right (1). */
export function shift(by: 1 | -1): void {
  const focused = document.activeElement?.closest<HTMLElement>("#board .pickable");
  const card = focused ?? document.querySelector<HTMLElement>(`#board #line-${openId() || "none"}`);
  const from = laneOf(card);
  if (!card || !from) return toast(word("not_here"));
  const all = lanes();
  const onwards = by > 0 ? all : all.reverse();
  const next = onwards
    .slice(onwards.indexOf(from) + 1)
    .find((one) => one.dataset.sets !== undefined);
  if (next) void move(card, next);
}

async function move(card: HTMLElement, lane: HTMLElement): Promise<void> {
  const from = laneOf(card);
  if (!from || from === lane || lane.dataset.sets === undefined) return;
  const link = card.querySelector<HTMLElement>("[data-id]");
  const id = link?.dataset.id ?? "";
  lane.querySelector(".cards")?.prepend(card);
  if (document.activeElement === document.body) link?.focus();
  const back = from.dataset.sets;
  try {
    await set(id, lane.dataset.sets);
    const undo =
      back === undefined ? undefined : () => void set(id, back).catch(complain).then(renewList);
    toast(word("moved", { name: title(lane) }), word("undo"), undo);
  } catch (error) {
    if (error instanceof Refusal && error.code === "wrap_up.required")
      void openWrap(true, "resolved", id);
    else complain(error);
  }
  await renewList();
}

const VERBS: Record<string, string> = { status: "status", member: "assign", queue: "move" };

/** Give a conversation what a column stands for: `status=open`, `member=mem_...`, `queue=que_...`.
 * One after the other: whoever moves a card twice wants it where it went last. */
function set(id: string, what: string): Promise<unknown> {
  const [name = "", value = ""] = what.split("=");
  return inTurn(() => post(`/desk/c/${id}/${VERBS[name]}/`, { [name]: value }));
}

/** Nobody leaves a board before their last card has moved. */
function linger(event: Event): void {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (!link || !isMoving()) return;
  event.preventDefault();
  event.stopPropagation();
  void settled().then(() => link.click());
}
