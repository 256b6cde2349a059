import type { Conversation, Delivery, FileInfo, FromLive, Message, Side, Welcome } from "./frames";
import type { Draft } from "./outbox";

export type LinkState = "idle" | "connecting" | "online" | "offline" | "gone";

export interface Upload {
  key: string;
  name: string;
  progress: number;
  file?: FileInfo;
  failed?: string;
}

export interface State {
  open: boolean;
  link: LinkState;
  ready: boolean;
  messages: Message[];
  /** There are messages before the first. */
  more: boolean;
  drafts: Draft[];
  conversation: Conversation | null;
  email: string | null;
  emailLater: boolean;
  verified: boolean;
  typing: string | null;
  /** Where one stands in line; null when one does not wait. */
  queue: { place: number; minutes: number | null } | null;
  uploads: Upload[];
  notice: string | null;
}

export type Action =
  | FromLive
  | { type: "open"; open: boolean }
  | { type: "link"; link: LinkState }
  | { type: "drafts"; drafts: Draft[] }
  | { type: "email_later" }
  | { type: "upload"; upload: Upload }
  | { type: "upload_gone"; keys: string[] }
  | { type: "notice"; notice: string | null }
  | { type: "forget" };

export const empty: State = {
  open: false,
  link: "idle",
  ready: false,
  messages: [],
  more: false,
  drafts: [],
  conversation: null,
  email: null,
  emailLater: false,
  verified: false,
  typing: null,
  queue: null,
  uploads: [],
  notice: null,
};

const RANK: Record<Delivery, number> = { sent: 0, delivered: 1, read: 2 };

/** The next state; pure, so that tabs and tests agree on it. */
export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case "welcome":
      return welcome(state, action);
    case "ack":
      return settled(merge(state, [action.message]), action.client_id);
    case "message":
      return arrived(state, action.message);
    case "earlier":
      return { ...merge(state, action.messages, true), more: action.more };
    case "state":
      return { ...state, messages: marked(state.messages, action) };
    case "typing":
      return { ...state, typing: action.on ? (action.name ?? "") : null };
    case "queue":
      return { ...state, queue: action.place ? action : null };
    case "email":
      return { ...state, email: action.email };
    case "conversation":
      return { ...state, conversation: action.conversation };
    case "refused":
      return action.client_id ? state : { ...state, notice: action.detail };
    default:
      return local(state, action);
  }
}

function local(state: State, action: Action): State {
  switch (action.type) {
    case "open":
      return { ...state, open: action.open, notice: action.open ? state.notice : null };
    case "link":
      return { ...state, link: action.link, typing: null };
    case "drafts":
      return { ...state, drafts: unsent(action.drafts, state.messages) };
    case "email_later":
      return { ...state, emailLater: true };
    case "notice":
      return { ...state, notice: action.notice };
    case "forget":
      return { ...empty, open: state.open, link: state.link, emailLater: state.emailLater };
    default:
      return uploads(state, action);
  }
}

function uploads(state: State, action: Action): State {
  if (action.type === "upload") {
    const others = state.uploads.some((u) => u.key === action.upload.key);
    const next = others
      ? state.uploads.map((u) => (u.key === action.upload.key ? action.upload : u))
      : [...state.uploads, action.upload];
    return { ...state, uploads: next };
  }
  if (action.type === "upload_gone") {
    return { ...state, uploads: state.uploads.filter((u) => !action.keys.includes(u.key)) };
  }
  return state;
}

function welcome(state: State, frame: Welcome): State {
  const known = new Set(state.messages.map((m) => m.id));
  const overlaps = frame.messages.some((m) => known.has(m.id));
  const base = overlaps ? state : { ...state, messages: [], more: frame.more ?? false };
  const { conversation, verified, email } = frame;
  const next = {
    ...base,
    queue: null,
    ready: true,
    conversation,
    verified,
    email: email ?? state.email,
  };
  return merge(next, frame.messages);
}

function arrived(state: State, message: Message): State {
  const next = merge(state, [message]);
  if (message.from === "agent") return { ...next, typing: null };
  return message.client_id ? settled(next, message.client_id) : next;
}

function settled(state: State, client_id: string): State {
  return { ...state, drafts: state.drafts.filter((d) => d.client_id !== client_id) };
}

/** Messages by id, the later version of each, in the order of time; a state never goes back. */
function merge(state: State, news: Message[], isEarlier = false): State {
  const known = new Map(state.messages.map((m) => [m.id, m]));
  const inTurn = isEarlier ? [...news, ...state.messages] : [...state.messages, ...news];
  const byId = new Map(inTurn.map((m) => [m.id, m]));
  for (const message of news) {
    const old = known.get(message.id);
    const kept = old && RANK[old.state] > RANK[message.state] ? old.state : message.state;
    byId.set(message.id, { ...message, state: kept });
  }
  const messages = [...byId.values()].sort(inOrder);
  return { ...state, messages, drafts: unsent(state.drafts, messages) };
}

/** By time; what has the same time stays in the order it was said. */
function inOrder(a: Message, b: Message): number {
  return Date.parse(a.at) - Date.parse(b.at);
}

function unsent(drafts: Draft[], messages: Message[]): Draft[] {
  const sent = new Set(messages.map((m) => m.client_id));
  return drafts.filter((d) => !sent.has(d.client_id));
}

function marked(messages: Message[], to: { state: Delivery; upto: string; from: Side }): Message[] {
  const end = messages.findIndex((m) => m.id === to.upto);
  return messages.map((m, i) =>
    i <= end && m.from === to.from && RANK[m.state] < RANK[to.state]
      ? { ...m, state: to.state }
      : m,
  );
}

export function unread(state: State): Message[] {
  return state.messages.filter((m) => m.from === "agent" && m.state !== "read");
}
