import type { Config } from "./frames";
import type { Texts } from "./rows";

/** What the script tag says. */
export interface Options {
  root: string;
  inbox: string;
  jwt: string | null;
  language: string | null;
  position: string;
}

export class NoInbox extends Error {}

export async function fetchConfig(root: string, key: string, language: string): Promise<Config> {
  const url = `${root}widget/${encodeURIComponent(key)}/config?language=${encodeURIComponent(language)}`;
  const answer = await fetch(url);
  if (answer.status === 404) throw new NoInbox(key);
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()) as Config;
}

/** Looks a text up by key and fills its {places}. */
export function texts(words: Record<string, string>): Texts {
  return (key, values = {}) =>
    (words[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

/** The sentence for a message with too many characters; null where it can be sent. */
export function tooLong(text: string, config: Config): string | null {
  const count = [...text].length;
  const limit = config.longest ?? count;
  return count > limit ? texts(config.texts)("too_long", { count, limit }) : null;
}
