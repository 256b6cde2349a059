/** What the buttons of a conversation do. */

import { uuid } from "../widget/ids";
import { openConversation } from "./ahead";
import { tellProblem } from "./asking";
import { takeBack } from "./held";
import { later } from "./later";
import { renewList } from "./list";
import { closeMenus } from "./menus";
import { undo } from "./merge";
import { complain, openId, post, toast, word } from "./page";
import { renewThread } from "./thread";
import { asks, openWrap } from "./wrap";

export function watchActs(): void {
  document.body.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-act]");
    if (button) void act(button.dataset.act ?? "", button.dataset);
    const drawer = (event.target as Element).closest<HTMLElement>("[data-drawer]");
    if (drawer) {
      event.preventDefault();
      document.body.classList.toggle(`drawer-${drawer.dataset.drawer || "views"}`);
    }
  });
  document.body.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (form.matches("[data-tag-form]"))
      submitted(event, () => act("tag", { tag: taken(form, "tag") }));
    if (form.matches("[data-snooze-form]"))
      submitted(event, () => act("snooze", { until: value(form, "until") }));
    if (form.matches("[data-reschedule-form]"))
      submitted(event, () =>
        act("reschedule", { heldId: form.dataset.rescheduleForm ?? "", at: value(form, "at") }),
      );
    if (form.matches("[data-return-form]"))
      submitted(event, () =>
        act("give-back", {
          heldId: form.dataset.returnForm ?? "",
          remark: value(form, "remark"),
        }),
      );
    if (form.matches("[data-save]")) submitted(event, () => save(form));
  });
}

function submitted(event: Event, does: () => Promise<void>): void {
  event.preventDefault();
  void does();
}

const value = (form: HTMLFormElement, name: string): string =>
  (form.elements.namedItem(name) as HTMLInputElement).value;

/** What was typed, leaving the field: what one is in is not renewed. */
function taken(form: HTMLFormElement, name: string): string {
  const given = value(form, name);
  form.reset();
  leave();
  return given;
}

/** Leave a field for the part of the desk it is in. */
function leave(): void {
  const field = document.activeElement as HTMLElement | null;
  const part = field?.closest<HTMLElement>("[tabindex='-1']");
  if (part) part.focus();
  else field?.blur();
}

/** Send a form of the person card, and show what it changed. */
async function save(form: HTMLFormElement): Promise<void> {
  try {
    await post(form.action, new FormData(form));
  } catch (error) {
    tellProblem(form, error);
    return;
  }
  const menu = form.closest("details");
  if (menu) menu.querySelector("summary")?.focus();
  else leave();
  menu?.removeAttribute("open");
  await renewThread();
}

/** Do one thing to the open conversation, and show it. */
export async function act(
  name: string,
  values: DOMStringMap | Record<string, string>,
): Promise<void> {
  const at = `/desk/c/${openId()}`;
  closeMenus();
  const ends = name === "resolve" || (name === "status" && "ends" in values);
  if (ends && asks()) return openWrap(true, values.status ?? "");
  const does: Record<string, () => Promise<unknown>> = {
    assign: () => post(`${at}/assign/`, { member: values.member ?? "" }),
    move: () => post(`${at}/move/`, { queue: values.queue ?? "" }),
    snooze: () => post(`${at}/snooze/`, { until: values.until || later(values.in) }),
    tag: () => post(`${at}/tag/`, { add: values.tag ?? "" }),
    untag: () => post(`${at}/tag/`, { remove: values.tag ?? "" }),
    status: () => post(`${at}/status/`, { status: values.status ?? "" }),
    wake: () => post(`${at}/wake/`, {}),
    reopen: () => post(`${at}/reopen/`, {}),
    "regroup-undo": () => undo(values.kind ?? "", values.regrouping ?? ""),
    resolve: () => resolve(at),
    call: () => callUp(at, values),
    macro: () => runMacro(at, values.macro ?? "", values.name ?? ""),
    "take-back": () => takeBack(values.heldId ?? ""),
    approve: () => post(`/desk/held/${values.heldId}/approve/`, {}),
    "give-back": () =>
      post(`/desk/held/${values.heldId}/give-back/`, { remark: values.remark ?? "" }),
    release: () => post(`/desk/held/${values.heldId}/release/`, {}),
    reschedule: () => post(`/desk/held/${values.heldId}/reschedule/`, { at: values.at ?? "" }),
  };
  if (openId() && does[name]) await done(does[name]);
  await Promise.all([renewThread(), renewList()]);
}

async function runMacro(at: string, macro: string, name: string): Promise<void> {
  await post(`${at}/macro/${macro}/`, { client_id: uuid() });
  toast(word("ran", { name }));
}

async function callUp(at: string, { inbox = "", identity = "" }: DOMStringMap): Promise<void> {
  await post(`${at}/call/`, { inbox, identity });
  toast(word("rings"));
}

async function resolve(at: string): Promise<void> {
  const id = openId();
  await post(`${at}/resolve/`, {});
  toast(word("resolved"), word("undo"), async () => {
    await done(() => post(`${at}/reopen/`, {}));
    await openConversation(id);
    await renewList();
  });
}

async function done(does: () => Promise<unknown>): Promise<void> {
  try {
    await does();
  } catch (error) {
    complain(error);
  }
}
