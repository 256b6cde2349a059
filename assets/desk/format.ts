/** Markdown by buttons and shortcuts; what is typed and undone stays the browser's own. */
import { thread, word } from "./page";

const KEYS: Record<string, string> = { b: "bold", i: "italic", e: "code" };
const SHIFTED: Record<string, string> = { Digit8: "list", KeyK: "link" }; // Ctrl+K is the palette
const AROUND: Record<string, [string, string]> = {
  bold: ["**", "bold"],
  italic: ["*", "italic"],
  code: ["`", "code"],
};
const field = (): HTMLTextAreaElement => document.getElementById("say") as HTMLTextAreaElement;

export function watchFormats(changed: () => void): void {
  document.body.addEventListener("click", (event) => {
    const target = event.target as Element;
    const mark = target.closest<HTMLElement>("[data-format]")?.dataset.format;
    if (mark) format(mark);
    const quoted = target.closest("[data-quote]")?.closest<HTMLElement>("article");
    if (quoted) quote(quoted);
    if (mark || quoted) changed();
  });
  document.body.addEventListener("keydown", (event) => {
    if (event.target !== field() || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    const mark = event.shiftKey ? SHIFTED[event.code] : KEYS[event.key];
    if (!mark) return;
    event.preventDefault();
    format(mark);
    changed();
  });
}

/** Replace what is selected, so that Ctrl+Z takes it back. */
export function put(text: string): void {
  field().focus();
  if (!document.execCommand("insertText", false, text))
    field().setRangeText(text, field().selectionStart, field().selectionEnd, "end");
}

function format(mark: string): void {
  if (mark === "list") return lines((line) => `- ${line || word("item")}`);
  if (mark === "link") return link();
  const [sign, name] = AROUND[mark] ?? ["", ""];
  around(sign, sign, word(name));
}

function around(before: string, after: string, instead: string): void {
  const say = field();
  const { selectionStart: from, selectionEnd: to, value } = say;
  const chosen = value.slice(from, to) || instead;
  put(`${before}${chosen}${after}`);
  say.setSelectionRange(from + before.length, from + before.length + chosen.length);
}

function link(): void {
  const say = field();
  const from = say.selectionStart;
  const chosen = say.value.slice(from, say.selectionEnd) || word("link");
  put(`[${chosen}](https://)`);
  const end = from + chosen.length + "[](https://".length;
  say.setSelectionRange(end, end);
}

function lines(made: (line: string) => string): void {
  const say = field();
  const from = say.value.lastIndexOf("\n", say.selectionStart - 1) + 1;
  const chosen = say.value.slice(from, say.selectionEnd);
  say.setSelectionRange(from, say.selectionEnd);
  put(chosen.split("\n").map(made).join("\n"));
}

/** Put what somebody said before one's own words. */
function quote(message: HTMLElement): void {
  if (!thread()) return;
  const text = message.querySelector<HTMLElement>(".rich")?.innerText.trim() ?? "";
  const say = field();
  say.setSelectionRange(0, 0);
  put(`${text.replace(/^/gm, "> ")}\n\n`);
  say.setSelectionRange(say.value.length, say.value.length);
}
