import type { State, Upload } from "../store";
import { fill, h, icon, set } from "./dom";
import { Emoji } from "./emoji";
import type { Ui } from "./ui";

const PAUSE = 5_000;
const EVERY = 3_000;

/** Where one writes: text, emoji, files. */
export class Composer {
  readonly element: HTMLElement;
  private field: HTMLTextAreaElement;
  private emoji: Emoji;
  private emojiButton: HTMLButtonElement;
  private send: HTMLButtonElement;
  private tray = h("div", { class: "tray", hidden: true });
  private trayShown = "";
  private waiting = false;
  private uploads: Upload[] = [];
  private typedAt = 0;
  private pause = 0;

  constructor(private ui: Ui) {
    const { texts, deeds, config } = ui;
    this.field = h("textarea", {
      rows: 1,
      placeholder: texts("write"),
      "aria-label": texts("write"),
    });
    this.field.value = ui.draft.read();
    this.field.oninput = () => this.typed();
    this.field.onkeydown = (event) => this.key(event);
    this.field.onpaste = (event) => this.pasted(event);
    this.emoji = new Emoji(texts("emoji"), (emoji) => this.insert(emoji));
    const accept = config.accept.map((e) => `.${e.replace(".", "")}`).join();
    const input = h("input", { type: "file", multiple: true, accept, hidden: true, tabindex: -1 });
    input.onchange = () => {
      deeds.addFiles([...(input.files ?? [])]);
      input.value = "";
      this.focus();
    };
    this.emojiButton = this.button("emoji", "smile", () =>
      this.showEmoji(!!this.emoji.element.hidden),
    );
    set(this.emojiButton, { "aria-expanded": "false" });
    this.send = this.button("send", "arrow-up", () => this.submit());
    this.send.classList.add("go");
    const attach = this.button("attach", "paperclip", () => input.click());
    const line = h(
      "div",
      { class: "line" },
      attach,
      this.emojiButton,
      this.field,
      input,
      this.send,
    );
    this.element = h("footer", {}, this.emoji.element, this.tray, line);
    this.grow();
  }

  update(state: State): void {
    this.uploads = state.uploads;
    const sign = JSON.stringify(state.uploads);
    if (sign !== this.trayShown) fill(this.tray, ...state.uploads.map((u) => this.chip(u)));
    this.trayShown = sign;
    this.tray.hidden = !state.uploads.length;
    this.send.classList.toggle("ready", this.filled());
    if (this.waiting && state.uploads.every((u) => u.file || u.failed)) this.submit();
  }

  focus(): void {
    this.field.focus();
  }

  /** Closes the sheet of emoji; false if it was closed already. */
  escape(): boolean {
    if (this.emoji.element.hidden) return false;
    this.showEmoji(false);
    this.emojiButton.focus();
    return true;
  }

  private button(key: string, shape: string, onclick: () => void): HTMLButtonElement {
    const label = this.ui.texts(key);
    return h("button", { type: "button", "aria-label": label, title: label, onclick }, icon(shape));
  }

  private chip(upload: Upload): HTMLElement {
    const { texts, deeds } = this.ui;
    const { name, key, progress, failed, file } = upload;
    const percent = Math.round(progress * 100);
    const label = texts("uploading", { name });
    return h(
      "div",
      { class: `chip ${failed ? "bad" : ""}`, role: failed ? "alert" : null },
      icon(failed ? "circle-alert" : "file"),
      h("span", {}, failed ?? name),
      !file && !failed && h("progress", { max: 100, value: percent, "aria-label": label }),
      h(
        "button",
        {
          type: "button",
          "aria-label": texts("remove", { name }),
          onclick: () => deeds.removeUpload(key),
        },
        icon("x"),
      ),
    );
  }

  private filled(): boolean {
    return !!this.field.value.trim() || this.uploads.some((u) => !u.failed);
  }

  private key(event: KeyboardEvent): void {
    // While an input method composes (229 in Safari), Enter chooses a word and sends nothing.
    const composing = event.isComposing || event.keyCode === 229;
    if (event.key !== "Enter" || event.shiftKey || composing) return;
    event.preventDefault();
    this.submit();
  }

  private submit(): void {
    if (!this.filled()) return this.focus();
    this.waiting = this.uploads.some((u) => !u.file && !u.failed);
    if (this.waiting) return;
    if (!this.ui.deeds.submit(this.field.value.trim())) return this.focus();
    this.field.value = "";
    this.showEmoji(false);
    this.stopTyping();
    this.changed();
    this.focus();
  }

  private typed(): void {
    this.changed();
    const now = Date.now();
    if (!this.field.value) return this.stopTyping();
    if (now - this.typedAt > EVERY) {
      this.typedAt = now;
      this.ui.deeds.typing(true);
    }
    clearTimeout(this.pause);
    this.pause = window.setTimeout(() => this.stopTyping(), PAUSE);
  }

  private stopTyping(): void {
    clearTimeout(this.pause);
    if (this.typedAt) this.ui.deeds.typing(false);
    this.typedAt = 0;
  }

  private changed(): void {
    this.ui.draft.write(this.field.value);
    this.send.classList.toggle("ready", this.filled());
    this.grow();
  }

  private grow(): void {
    this.field.style.height = "auto";
    const { scrollHeight } = this.field;
    if (scrollHeight) this.field.style.height = `${Math.min(scrollHeight, 132)}px`;
  }

  private pasted(event: ClipboardEvent): void {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    this.ui.deeds.addFiles(files);
  }

  private showEmoji(open: boolean): void {
    this.emoji.show(open);
    set(this.emojiButton, { "aria-expanded": String(open) });
  }

  private insert(emoji: string): void {
    const { selectionStart, selectionEnd } = this.field;
    this.field.setRangeText(emoji, selectionStart, selectionEnd, "end");
    this.showEmoji(false);
    this.focus();
    this.typed();
  }
}
