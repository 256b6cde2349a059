import { type State, unread } from "../store";
import { fill, h, icon, set } from "./dom";
import type { Ui } from "./ui";

/** The round button, with the number of messages not yet read. */
export class Launcher {
  readonly element: HTMLButtonElement;
  readonly news = h("div", { class: "for-readers", role: "status" });
  private badge = h("span", { class: "badge", "aria-hidden": "true" });
  private shown = "";
  private count = 0;

  constructor(private ui: Ui) {
    this.element = h("button", { class: "fab", type: "button", "aria-haspopup": "dialog" });
    this.element.onclick = () => ui.deeds.toggle(this.shown !== "open");
  }

  update(state: State): void {
    const count = state.open ? 0 : unread(state).length;
    const { texts } = this.ui;
    const name = state.open ? "close" : count ? "open_unread" : "open";
    set(this.element, { "aria-label": texts(name, { count }), "aria-expanded": `${state.open}` });
    const shown = state.open ? "open" : "closed";
    if (shown !== this.shown) {
      fill(this.element, icon(state.open ? "x" : "message-circle"), this.badge);
      this.shown = shown;
    }
    this.badge.textContent = count > 9 ? "9+" : String(count);
    this.badge.hidden = !count;
    if (count > this.count) this.news.textContent = texts("open_unread", { count });
    this.count = count;
  }
}
