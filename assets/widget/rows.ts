import type { FileInfo, Message } from "./frames";
import type { Draft } from "./outbox";
import type { State } from "./store";

export type Texts = (key: string, values?: Record<string, string | number>) => string;

export interface DayRow {
  kind: "day";
  key: string;
  text: string;
}

export interface MessageRow {
  kind: "message";
  key: string;
  own: boolean;
  author: string | null;
  text: string;
  html: string;
  files: FileInfo[];
  foot: string | null;
  mark: "sending" | "sent" | "delivered" | "read" | "failed" | null;
  resend: string | null;
  recalled?: boolean;
}

export type Row = DayRow | MessageRow;

export interface Scene {
  texts: Texts;
  language: string;
  now: number;
}

const GAP = 10 * 60_000;
const PATIENCE = 15_000;
const DAY = 86_400_000;

/** What the thread shows, line by line; pure, so that it can be compared with what is there. */
export function rows(state: State, scene: Scene): Row[] {
  const out: Row[] = [];
  state.messages.forEach((message, i) => {
    const before = state.messages[i - 1];
    const after = state.messages[i + 1];
    const newDay = !before || day(before.at) !== day(message.at);
    if (newDay)
      out.push({ kind: "day", key: `d${day(message.at)}`, text: dayName(message, scene) });
    const first = newDay || !together(before, message);
    const last = !after || !together(message, after);
    out.push(sentRow(message, first, last, scene));
  });
  return [...out, ...state.drafts.map((draft) => draftRow(draft, state, scene))];
}

function sentRow(message: Message, first: boolean, last: boolean, scene: Scene): MessageRow {
  const own = message.from === "visitor";
  return {
    kind: "message",
    key: own && message.client_id ? `c${message.client_id}` : `m${message.id}`,
    own,
    author: !own && first ? message.author || scene.texts("team") : null,
    ...said(message, scene),
    html: own ? "" : message.html,
    files: message.files,
    foot: last || message.changed === "edited" ? foot(message, scene) : null,
    mark: last && own ? message.state : null,
    resend: null,
  };
}

/** What is read: the words, or that they were taken back. */
function said(message: Message, scene: Scene): { text: string; recalled: boolean } {
  const recalled = message.changed === "recalled";
  return { text: recalled ? scene.texts("recalled") : message.text, recalled };
}

function foot(message: Message, scene: Scene): string {
  const time = clock(message.at, scene.language);
  if (message.changed === "edited") return `${scene.texts("edited")} ${time}`;
  return message.from === "visitor" ? `${scene.texts(message.state)} ${time}` : time;
}

function draftRow(draft: Draft, state: State, scene: Scene): MessageRow {
  const late = state.link !== "online" && scene.now - draft.at > PATIENCE;
  const failed = draft.refused !== undefined || late;
  const why = draft.refused ?? scene.texts(late ? "waiting" : "sending");
  return {
    kind: "message",
    key: `c${draft.client_id}`,
    own: true,
    author: null,
    text: draft.text,
    html: "",
    files: draft.files,
    foot: why,
    mark: failed ? "failed" : "sending",
    resend: failed ? draft.client_id : null,
  };
}

function together(a: Message | undefined, b: Message): boolean {
  return (
    a?.from === b.from &&
    a.author === b.author &&
    day(a.at) === day(b.at) &&
    Date.parse(b.at) - Date.parse(a.at) < GAP
  );
}

function day(at: string): string {
  return new Date(at).toDateString();
}

function dayName(message: Message, scene: Scene): string {
  const date = new Date(message.at);
  if (day(message.at) === new Date(scene.now).toDateString()) return scene.texts("today");
  if (day(message.at) === new Date(scene.now - DAY).toDateString()) return scene.texts("yesterday");
  const year = date.getFullYear() === new Date(scene.now).getFullYear() ? undefined : "numeric";
  return date.toLocaleDateString(scene.language, { year, month: "long", day: "numeric" });
}

export function clock(at: string, language: string): string {
  return new Date(at).toLocaleTimeString(language, { hour: "numeric", minute: "2-digit" });
}

export function bytes(size: number): string {
  if (size < 1_000_000) return `${Math.max(1, Math.round(size / 1024))} KB`;
  const mega = size / 1_048_576;
  return `${mega < 10 ? mega.toFixed(1).replace(/\.0$/, "") : Math.round(mega)} MB`;
}
