/** Many conversations at once: pick them, do one thing to all, see how far it is. */
import { later } from "./later";
import { renewList, renewListSoon } from "./list";
import { closeMenus } from "./menus";
import { openMerge } from "./merge";
import { complain, desk, fragment, openId, post, word } from "./page";
import { renewThread } from "./thread";

const LOOK_AGAIN = 400;
const picked = new Set<string>();
let whole = false; // all of the view, also what is not on the page
let last = "";

const boxes = (): HTMLInputElement[] =>
  Array.from(document.querySelectorAll<HTMLInputElement>(".rows .pick"));
const bar = (): HTMLElement | null => document.getElementById("bulk");

export function watchBulk(): void {
  document.addEventListener("click", (event) => {
    clicked(event);
    if ((event.target as Element).closest("[data-bulk-merge]"))
      void openMerge([...picked]).then((isShown) => isShown && pickNone());
  });
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.matches("[data-bulk-tag]")) return;
    event.preventDefault();
    const what = (event.submitter as HTMLButtonElement).value;
    void begin("tag", { [what]: String(new FormData(form).get("tag") ?? "") });
  });
  document.addEventListener("desk:list", show);
  document.body.addEventListener("htmx:afterSwap", show);
  const running = document.getElementById("jobs")?.dataset.running?.split(" ") ?? [];
  for (const job of running.filter(Boolean)) void follow(job);
}

/** Pick the row one is at, or the open conversation; again: leave it. */
export function pickCurrent(): void {
  const row = document.activeElement?.closest(".pickable");
  const box = row?.querySelector<HTMLInputElement>(".pick") ?? boxOf(openId());
  box?.click();
}

/** Pick everything the view has. */
export function pickAll(): void {
  for (const box of boxes()) picked.add(box.dataset.pick ?? "");
  void showBar().then(() => {
    whole = document.querySelector("[data-bulk-all]") !== null;
    show();
  });
}

export function pickNone(): boolean {
  const some = picked.size > 0;
  picked.clear();
  whole = false;
  show();
  return some;
}

function boxOf(id: string): HTMLInputElement | null {
  return document.querySelector<HTMLInputElement>(`.rows .pick[data-pick="${id}"]`);
}

function clicked(event: MouseEvent): void {
  const target = event.target as Element;
  if (target.matches(".rows .pick")) pick(target as HTMLInputElement, event.shiftKey);
  if (target.closest("[data-bulk-all]")) pickAll();
  if (target.closest("[data-bulk-none]")) pickNone();
  const button = target.closest<HTMLElement>("[data-bulk]");
  if (button) void begin(button.dataset.bulk ?? "", wanted(button.dataset));
  clickedInJob(target);
}

function clickedInJob(target: Element): void {
  const job = target.closest<HTMLElement>("[data-job]");
  if (job && target.closest("[data-job-stop]")) void stop(job.dataset.job ?? "");
  if (job && target.closest("[data-job-close]")) job.remove();
}

function wanted(data: DOMStringMap): Record<string, string> {
  if (data.bulk === "assign") return { member: data.member ?? "" };
  if (data.bulk === "move") return { queue: data.queue ?? "" };
  if (data.bulk === "status") return { status: data.status ?? "" };
  return data.bulk === "snooze" ? { until: later(data.in) } : {};
}

/** With shift, all from the last one to this one follow it. */
function pick(box: HTMLInputElement, isRange: boolean): void {
  const all = boxes();
  if (whole) for (const other of all) mark(other, true);
  whole = false;
  for (const one of isRange ? rangeTo(box, all) : [box]) mark(one, box.checked);
  last = box.dataset.pick ?? "";
  show();
}

function rangeTo(box: HTMLInputElement, all: HTMLInputElement[]): HTMLInputElement[] {
  const ends = [all.findIndex((other) => other.dataset.pick === last), all.indexOf(box)];
  const [from = 0, to = 0] = ends.sort((a, b) => a - b);
  return from < 0 ? [box] : all.slice(from, to + 1);
}

function mark(box: HTMLInputElement, isPicked: boolean): void {
  const id = box.dataset.pick ?? "";
  if (isPicked) picked.add(id);
  else picked.delete(id);
}

/** The rows may be new: what is picked stays picked. */
function show(): void {
  for (const box of boxes()) box.checked = whole || picked.has(box.dataset.pick ?? "");
  desk().classList.toggle("picking", picked.size > 0);
  if (picked.size > 0) void showBar().then(showCount);
  else if (bar()) hideBar();
}

function hideBar(): void {
  const place = bar() as HTMLElement;
  place.hidden = true;
  place.replaceChildren();
}

let fetching: Promise<void> | null = null;

/** The bar is fetched when it is first needed: what a team and its tags are, most pages do not ask. */
function showBar(): Promise<void> {
  const place = bar();
  if (!place?.hidden) return fetching ?? Promise.resolve();
  place.hidden = false;
  fetching = fragment(`/desk/bulk/bar/?view=${desk().dataset.view}`).then((html) => {
    if (html !== null && !place.hidden) place.innerHTML = html;
    fetching = null;
  });
  return fetching;
}

/** Do something with what was picked as soon as the bar, which offers it, is here. */
export function withBar(does: () => void): void {
  void (picked.size ? showBar() : Promise.resolve()).then(does);
}

function showCount(): void {
  const count = document.getElementById("bulk-count");
  const all = document.querySelector<HTMLElement>("[data-bulk-all]");
  const total = Number(document.querySelector<HTMLElement>(".bulk-bar")?.dataset.total ?? 0);
  const isView = document.getElementById("list-head") !== null; // else what a search found
  if (count) count.textContent = word("picked", { count: whole ? total : picked.size });
  const merge = document.querySelector<HTMLElement>("[data-bulk-merge]");
  if (merge) merge.hidden = whole || picked.size < 2;
  if (all) all.hidden = whole || !isView || picked.size >= total;
}

async function begin(verb: string, values: Record<string, string>): Promise<void> {
  const form = new FormData();
  form.append("verb", verb);
  for (const [name, value] of Object.entries(values)) form.append(name, value);
  if (whole) form.append("view", desk().dataset.view ?? "");
  else for (const id of picked) form.append("id", id);
  closeMenus();
  try {
    const { id } = await post("/desk/bulk/", form);
    pickNone();
    await follow(id);
  } catch (error) {
    complain(error);
  }
}

/** Show how far a job is until it ends; then everything else is fetched again, too. */
async function follow(id: string): Promise<void> {
  const html = await fragment(`/desk/jobs/${id}/`).catch(() => null);
  const place = document.getElementById("jobs");
  const fresh = document.createElement("template");
  fresh.innerHTML = html ?? "";
  const line = fresh.content.firstElementChild as HTMLElement | null;
  if (place && line) {
    const shown = document.getElementById(id);
    if (shown) shown.replaceWith(line);
    else place.append(line);
  }
  if (!line || line.dataset.state === "running") {
    renewListSoon();
    setTimeout(() => void follow(id), LOOK_AGAIN);
    return;
  }
  await Promise.all([renewList(), renewThread()]);
}

async function stop(id: string): Promise<void> {
  await post(`/desk/jobs/${id}/stop/`, {}).catch(complain);
}
