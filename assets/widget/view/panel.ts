import type { State } from "../store";
import { Cards } from "./cards";
import { Composer } from "./composer";
import { fill, h, icon, mark, set } from "./dom";
import { Thread } from "./thread";
import { onPhone, type Ui } from "./ui";

const NEAR = 80;
const FOCUSABLE = "button,a[href],input:not([type=file]),textarea,[tabindex='0']";

/** The dialog: head, banner, thread, cards, composer. */
export class Panel {
  readonly element: HTMLElement;
  readonly composer: Composer;
  private thread: Thread;
  private cards: Cards;
  private under = h("p", { class: "under", "aria-live": "polite" });
  private banner = h("div", { class: "banner", role: "status" });
  private notice = h("div", { class: "banner bad", role: "alert" });
  private typing = h("div", { class: "typing", role: "status" });
  private scroll: HTMLElement;
  private hello: HTMLElement;
  private before: HTMLElement;
  private down: HTMLButtonElement;
  private shown = "";
  private first = "";
  private atEnd = true;

  constructor(private ui: Ui) {
    const { texts, config, deeds } = ui;
    this.thread = new Thread(ui);
    this.cards = new Cards(ui);
    this.composer = new Composer(ui);
    this.scroll = h("div", {
      class: "scroll",
      tabindex: 0,
      role: "region",
      "aria-label": texts("log"),
    });
    this.hello = this.greeting();
    const button = { class: "earlier", type: "button", hidden: true, onclick: deeds.earlier };
    this.before = h("button", button, texts("earlier"));
    const { thread, cards } = this;
    this.scroll.append(this.hello, this.before, thread.element, this.typing, cards.element);
    this.scroll.onscroll = () => this.scrolled();
    this.down = h(
      "button",
      { class: "down", type: "button", hidden: true },
      icon("arrow-down"),
      texts("newer"),
    );
    this.down.onclick = () => this.toEnd();
    const label = texts("dialog", { name: config.name });
    this.element = h("section", {
      class: "panel",
      id: "panel",
      role: "dialog",
      "aria-label": label,
      tabindex: -1,
      hidden: true,
    });
    const middle = h("div", { class: "middle" }, this.scroll, this.down);
    this.element.append(this.head(), this.banner, this.notice, middle, this.composer.element);
    this.element.onkeydown = (event) => this.key(event);
    this.droppable();
    this.notice.onclick = () => deeds.dismiss();
    this.scroll.addEventListener("load", () => this.stick(), true);
  }

  update(state: State): void {
    const opened = state.open && this.element.hidden;
    this.element.hidden = !state.open;
    const stick = opened || this.near();
    const own = state.drafts.at(-1)?.client_id ?? "";
    const below = this.scroll.scrollHeight - this.scroll.scrollTop;
    const added = this.thread.update(state);
    this.beginning(state, below);
    this.says(state);
    this.cards.update(state);
    this.composer.update(state);
    if (stick || (own && own !== this.shown)) this.toEnd();
    else if (added) this.down.hidden = false;
    this.shown = own;
  }

  /** Shown from now on: give it the focus and, on a phone, the whole screen. */
  opened(): void {
    set(this.element, { "aria-modal": onPhone() ? "true" : null });
    this.toEnd();
    if (onPhone()) this.element.focus();
    else this.composer.focus();
  }

  private head(): HTMLElement {
    const { texts, config, deeds } = this.ui;
    const other = texts("other_language");
    const switching = {
      class: "language",
      type: "button",
      lang: config.language.startsWith("zh") ? "en" : "zh-CN",
      "aria-label": texts("switch_language"),
      onclick: deeds.switchLanguage,
    };
    const close = {
      class: "close",
      type: "button",
      "aria-label": texts("close"),
      onclick: () => deeds.toggle(false),
    };
    const name = h("h2", {}, config.name);
    const top = h(
      "div",
      {},
      mark(),
      name,
      h("button", switching, other),
      h("button", close, icon("x")),
    );
    return h("header", {}, top, this.under);
  }

  private greeting(): HTMLElement {
    const { config } = this.ui;
    const said = h("div", { class: "bubble plain" }, config.greeting);
    const all = h("div", { class: "msg greeting" }, h("div", { class: "who" }, config.name), said);
    return all;
  }

  private says(state: State): void {
    const { texts } = this.ui;
    const agent = state.conversation?.status === "open" ? state.conversation.agent : null;
    const now = agent ? texts("with_agent", { name: agent }) : this.line(state);
    const status = state.conversation?.status_shown;
    this.under.textContent = status ? `${status} · ${now}` : now;
    this.banner.textContent = state.link === "offline" ? texts("offline") : "";
    this.notice.textContent = state.notice ?? "";
    const typing = state.typing !== null;
    if (typing === this.typing.classList.contains("on")) return;
    this.typing.classList.toggle("on", typing);
    const name = state.typing || texts("team");
    const dots = h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i"));
    fill(this.typing, typing && dots, typing && texts("typing", { name }));
  }

  /** Where one stands in line, and about how long it will take. */
  private line({ queue }: State): string {
    const { texts } = this.ui;
    if (!queue) return texts("under");
    const place = String(queue.place);
    const told = queue.place === 1 ? texts("queue_next") : texts("queue_place", { place });
    const minutes = queue.minutes && texts("queue_minutes", { minutes: String(queue.minutes) });
    return minutes ? `${told} · ${minutes}` : told;
  }

  private key(event: KeyboardEvent): void {
    if (event.key === "Escape" && !event.isComposing) {
      event.stopPropagation();
      if (!this.composer.escape()) this.ui.deeds.toggle(false);
    }
    if (event.key === "Tab" && onPhone()) this.trap(event);
  }

  /** On a phone the dialog is all there is: Tab goes round in it. */
  private trap(event: KeyboardEvent): void {
    const all = [...this.element.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(
      (e) => e.tabIndex >= 0 && e.getClientRects().length,
    );
    const at = (this.element.getRootNode() as ShadowRoot).activeElement;
    const [first, last] = [all[0], all.at(-1)];
    const edge = event.shiftKey ? first : last;
    if (at !== edge && at !== this.element) return;
    if (at === this.element && !event.shiftKey) return;
    event.preventDefault();
    (event.shiftKey ? last : first)?.focus();
  }

  private droppable(): void {
    const { element, ui } = this;
    const over = (on: boolean) => (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      element.classList.toggle("dropping", on);
    };
    element.dataset.drop = ui.texts("drop");
    element.ondragover = over(true);
    element.ondragleave = (event) => {
      if (!element.contains(event.relatedTarget as Node | null)) over(false)(event);
    };
    element.ondrop = (event) => {
      over(false)(event);
      ui.deeds.addFiles([...(event.dataTransfer?.files ?? [])]);
    };
  }

  /** The greeting stands at the beginning, or else the way there; what one reads stays in its place. */
  private beginning(state: State, below: number): void {
    const focused = (this.element.getRootNode() as ShadowRoot).activeElement === this.before;
    this.before.hidden = !state.more;
    this.hello.hidden = state.more || !this.ui.config.greeting;
    if (focused && !state.more) this.scroll.focus();
    const first = state.messages[0]?.id ?? "";
    if (first !== this.first) this.scroll.scrollTop = this.scroll.scrollHeight - below;
    this.first = first;
  }

  private scrolled(): void {
    this.atEnd = this.near();
    if (this.atEnd) this.hideDown();
    else if (this.scroll.scrollTop < NEAR && !this.before.hidden) this.ui.deeds.earlier();
  }

  private near(): boolean {
    const { scrollHeight, scrollTop, clientHeight } = this.scroll;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  /** A picture has come and needs room: who was at the end stays there, who looks back is left alone. */
  private stick(): void {
    if (this.atEnd) this.toEnd();
  }

  private toEnd(): void {
    this.scroll.scrollTop = this.scroll.scrollHeight;
    this.atEnd = true;
    this.hideDown();
  }

  private hideDown(): void {
    this.down.hidden = true;
  }
}
