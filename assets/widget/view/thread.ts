import type { FileInfo } from "../frames";
import { safeHtml } from "../html";
import { bytes, type MessageRow, type Row, rows, type Scene } from "../rows";
import type { State } from "../store";
import { fill, h, icon } from "./dom";
import type { Ui } from "./ui";

const MARKS: Record<string, string> = {
  sending: "clock",
  sent: "check",
  delivered: "check-check",
  read: "check-check",
  failed: "circle-alert",
};

/** The messages; only the lines that changed are drawn anew. */
export class Thread {
  readonly element: HTMLElement;
  private drawn = new Map<string, { sign: string; node: HTMLElement }>();

  constructor(private ui: Ui) {
    const label = ui.texts("log");
    this.element = h("div", {
      class: "log",
      role: "log",
      "aria-live": "polite",
      "aria-label": label,
    });
  }

  /** Draws what changed; true if a line came to the end. */
  update(state: State): boolean {
    const { texts, config } = this.ui;
    const scene: Scene = { texts, language: config.language, now: Date.now() };
    const lines = rows(state, scene);
    const last = this.element.lastElementChild;
    this.element.setAttribute("aria-busy", String(!state.ready));
    const nodes = lines.map((row) => this.node(row));
    const gone = new Set(this.drawn.keys());
    for (const row of lines) gone.delete(row.key);
    for (const key of gone) this.forget(key);
    nodes.forEach((node, i) => {
      if (this.element.children[i] !== node)
        this.element.insertBefore(node, this.element.children[i] ?? null);
    });
    return this.element.lastElementChild !== last;
  }

  private forget(key: string): void {
    this.drawn.get(key)?.node.remove();
    this.drawn.delete(key);
  }

  private node(row: Row): HTMLElement {
    const sign = JSON.stringify(row);
    const old = this.drawn.get(row.key);
    if (old?.sign === sign) return old.node;
    const node = old?.node ?? h("div");
    if (row.kind === "day") {
      node.className = "day";
      node.textContent = row.text;
    } else this.message(node, row);
    this.drawn.set(row.key, { sign, node });
    return node;
  }

  private message(node: HTMLElement, row: MessageRow): void {
    const { texts } = this.ui;
    node.className = `msg ${row.own ? "own" : ""}`;
    fill(
      node,
      row.author && h("div", { class: "who" }, row.author),
      row.own && h("span", { class: "for-readers" }, `${texts("you")}: `),
      ...row.files.map((file) => this.file(file)),
      row.text && this.bubble(row),
      row.foot && this.foot(row),
    );
  }

  private bubble(row: MessageRow): HTMLElement {
    const bubble = h("div", { class: row.recalled ? "bubble recalled" : "bubble" });
    if (row.html) bubble.append(safeHtml(row.html));
    else {
      bubble.classList.add("plain");
      bubble.textContent = row.text;
    }
    return bubble;
  }

  private foot(row: MessageRow): HTMLElement {
    const { texts, deeds } = this.ui;
    const { resend } = row;
    const button = (key: string, deed: (id: string) => void): HTMLElement | null =>
      resend ? h("button", { type: "button", onclick: () => deed(resend) }, texts(key)) : null;
    return h(
      "div",
      { class: `foot ${row.mark ?? ""}` },
      row.mark && icon(MARKS[row.mark] ?? "check"),
      h("span", {}, row.foot ?? ""),
      button("resend", deeds.resend),
      button("discard", deeds.discard),
    );
  }

  private file(file: FileInfo): HTMLElement {
    const { texts, config } = this.ui;
    const href = new URL(file.url, config.files).href;
    const link = { href, target: "_blank", rel: "noopener noreferrer" };
    if (/^image\/(png|jpeg|gif|webp)$/.test(file.type)) {
      const { width, height } = file;
      const picture = h("img", {
        src: href,
        alt: texts("picture", { name: file.name }),
        width,
        height,
      });
      return h("a", { ...link, class: "picture" }, picture);
    }
    const about = h("span", {}, h("b", {}, file.name), h("small", {}, bytes(file.size)));
    return h("a", { ...link, class: "file" }, icon("file"), about);
  }
}
