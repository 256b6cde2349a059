import { h } from "./dom";

const ALL =
  "😊 😄 😂 🙂 😉 😍 🥰 😘 🤗 🤔 😅 😢 😭 😞 😡 😮 🙏 👍 👎 👌 👏 💪 🤝 👋 ❤️ 💚 🎉 ✨ 🔥 🌹 🍵 🫖 📦 🚚 🎁 💰 📷 ⏰ ✅ ❌";
const ACROSS = 8;
const STEPS: Record<string, number> = {
  ArrowRight: 1,
  ArrowLeft: -1,
  ArrowDown: ACROSS,
  ArrowUp: -ACROSS,
};

/** A small sheet of emoji; arrow keys walk over it, one tab stop. */
export class Emoji {
  readonly element: HTMLElement;
  private buttons: HTMLButtonElement[];

  constructor(label: string, picked: (emoji: string) => void) {
    this.buttons = ALL.split(" ").map((emoji) =>
      h("button", { type: "button", tabindex: -1, onclick: () => picked(emoji) }, emoji),
    );
    this.element = h("div", { class: "emoji", role: "group", "aria-label": label, hidden: true });
    this.element.append(...this.buttons);
    this.element.onkeydown = (event) => this.walk(event);
  }

  show(open: boolean): void {
    this.element.hidden = !open;
    if (open) this.focus(0);
  }

  private walk(event: KeyboardEvent): void {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const at = this.buttons.findIndex((b) => b.tabIndex === 0);
    this.focus(Math.max(0, Math.min(this.buttons.length - 1, at + step)));
  }

  private focus(at: number): void {
    this.buttons.forEach((b, i) => {
      b.tabIndex = i === at ? 0 : -1;
    });
    this.buttons[at]?.focus();
  }
}
