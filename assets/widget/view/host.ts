import { palette } from "../color";
import type { State } from "../store";
import css from "../widget.css?inline";
import { h } from "./dom";
import { Launcher } from "./launcher";
import { Panel } from "./panel";
import { onPhone, type Ui } from "./ui";

/** The widget on the page: a shadow root that the page's styles do not reach. */
export class Host {
  private outer = document.createElement("tongxin-widget");
  private root: ShadowRoot;
  private launcher: Launcher | null = null;
  private panel: Panel | null = null;
  private before: Element | null = null;
  private pageOverflow = "";

  constructor(private position: string) {
    this.root = this.outer.attachShadow({ mode: "open" });
    this.dress();
    document.body.append(this.outer);
    const fit = (): void => this.fit();
    visualViewport?.addEventListener("resize", fit);
    visualViewport?.addEventListener("scroll", fit);
  }

  /** Draws everything in the language and colours of this configuration. */
  draw(ui: Ui, state: State): void {
    const open = this.panel && !this.panel.element.hidden;
    this.panel = new Panel(ui);
    this.launcher = new Launcher(ui);
    const { language, color } = ui.config;
    const side = this.position === "left" ? "left" : "right";
    const tx = h("div", { class: `tx ${side}`, lang: language, dir: "ltr" });
    for (const [name, value] of Object.entries(palette(color))) tx.style.setProperty(name, value);
    tx.append(this.panel.element, this.launcher.element, this.launcher.news);
    this.root.querySelector(".tx")?.remove();
    this.root.append(tx);
    this.update(state);
    if (open) this.panel.opened();
  }

  update(state: State): void {
    this.panel?.update(state);
    this.launcher?.update(state);
  }

  opened(focus: boolean): void {
    this.before = document.activeElement;
    if (onPhone()) {
      this.pageOverflow = document.documentElement.style.overflow;
      document.documentElement.style.overflow = "hidden";
    }
    this.fit();
    if (focus) this.panel?.opened();
  }

  closed(): void {
    document.documentElement.style.overflow = this.pageOverflow;
    const back = this.before;
    if (back instanceof HTMLElement && back !== document.body && back !== this.outer) back.focus();
    else this.launcher?.element.focus();
  }

  remove(): void {
    this.outer.remove();
  }

  private dress(): void {
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      this.root.adoptedStyleSheets = [sheet];
    } catch {
      const style = document.createElement("style");
      style.textContent = css;
      this.root.append(style);
    }
  }

  /** On a phone: no higher than what the keyboard leaves free. */
  private fit(): void {
    const { style } = this.panel?.element ?? {};
    const view = visualViewport;
    if (!style || !view) return;
    const phone = onPhone();
    style.height = phone ? `${view.height}px` : "";
    style.top = phone ? `${view.offsetTop}px` : "";
  }
}
