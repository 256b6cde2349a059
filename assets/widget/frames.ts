/** The wire's words, as docs/wire.md gives them. */

export interface FileInfo {
  id: string;
  name: string;
  type: string;
  size: number;
  url: string;
  width?: number | null;
  height?: number | null;
}

export type Delivery = "sent" | "delivered" | "read";
export type Side = "visitor" | "agent";

export interface Message {
  id: string;
  client_id?: string | null;
  from: Side;
  author: string | null;
  text: string;
  html: string;
  files: FileInfo[];
  at: string;
  state: Delivery;
  changed?: "edited" | "recalled" | null;
}

export interface Rating {
  score: number;
  solved: boolean;
  comment?: string | null;
  editable_until: string | null;
}

export interface Conversation {
  id: string;
  status: "open" | "resolved";
  status_shown?: string;
  agent: string | null;
  rating?: Rating | null;
}

export interface Welcome {
  type: "welcome";
  token: string;
  verified: boolean;
  name: string | null;
  conversation: Conversation | null;
  messages: Message[];
  more?: boolean;
  email?: string | null;
}

export type FromLive =
  | Welcome
  | { type: "ack"; client_id: string; message: Message }
  | { type: "message"; message: Message }
  | { type: "earlier"; messages: Message[]; more: boolean }
  | { type: "state"; state: Delivery; upto: string; from: Side }
  | { type: "typing"; on: boolean; name: string | null }
  | { type: "conversation"; conversation: Conversation | null }
  | { type: "refused"; client_id?: string | null; code: string; detail: string }
  | { type: "email"; email: string }
  | { type: "queue"; place: number; minutes: number | null }
  | { type: "pong" };

export interface Hello {
  type: "hello";
  token?: string;
  jwt?: string;
  page: { url: string; title: string };
}

export interface Rate {
  type: "rate";
  conversation_id: string;
  score: number;
  solved: boolean;
  comment?: string;
}

export type ToLive =
  | Hello
  | { type: "message"; client_id: string; text: string; files: string[] }
  | { type: "typing"; on: boolean }
  | { type: "seen"; message_id: string }
  | { type: "got"; message_id: string }
  | { type: "earlier"; before: string }
  | { type: "email"; email: string }
  | Rate
  | { type: "ping" };

export interface Config {
  inbox: string;
  name: string;
  color: string;
  greeting: string;
  ask_email?: boolean;
  language: string;
  live: string;
  files: string;
  accept: string[];
  largest: number;
  /** How many characters a message may have. */
  longest?: number;
  texts: Record<string, string>;
}
