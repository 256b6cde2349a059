/** What the page knows: its words, the form token, and which conversation is open. */

export const desk = (): HTMLElement => document.getElementById("desk") as HTMLElement;

export const thread = (): HTMLElement | null => document.querySelector("main.thread[data-id]");

export const openId = (): string => thread()?.dataset.id ?? "";

export function word(name: string, values: Record<string, string | number> = {}): string {
  const words: Record<string, string> = JSON.parse(desk().dataset.words ?? "{}");
  return Object.entries(values).reduce(
    (text, [key, value]) => text.replace(`%(${key})s`, String(value)),
    words[name] ?? name,
  );
}

const token = (): string =>
  document.querySelector<HTMLMetaElement>('meta[name="csrf"]')?.content ?? "";

export class Refusal extends Error {
  constructor(
    message: string,
    readonly code: string,
    readonly field = "",
  ) {
    super(message);
  }
}

/** Posts a form; throws a Refusal with the server's sentence, or a TypeError without a connection. */
export async function post(address: string, values: FormData | Record<string, string>) {
  const body = values instanceof FormData ? values : new URLSearchParams(values);
  const asked = fetch(address, {
    method: "POST",
    body,
    keepalive: isLight(body), // what was asked for is done even where one leaves the page at once
    headers: { "X-CSRFToken": token(), Accept: "application/json", "HX-Request": "true" },
  }).finally(() => document.dispatchEvent(new CustomEvent("desk:posted", { detail: address })));
  const answer = await asked;
  await checked(answer);
  return answer.status === 204 ? null : answer.json();
}

/** Goes where an answer leads; throws a Refusal with the server's sentence. */
export async function checked(answer: Response): Promise<void> {
  const away = answer.headers.get("HX-Redirect");
  if (away) location.assign(away);
  if (!answer.ok) throw await refusal(answer);
}

/** Browsers keep 64 KB of requests in all alive past their page. */
function isLight(body: FormData | URLSearchParams): boolean {
  const values: (File | string)[] = [...body.values()];
  return values.every((one) => typeof one === "string" && one.length <= 8_000);
}

async function refusal(answer: Response): Promise<Refusal> {
  try {
    const problem = await answer.json();
    return new Refusal(
      problem.detail ?? word("error"),
      problem.code ?? "",
      problem.errors?.[0]?.field,
    );
  } catch {
    return new Refusal(word("error"), "");
  }
}

export async function fragment(
  address: string,
  signal: AbortSignal | null = null,
): Promise<string | null> {
  const answer = await fetch(address, { headers: { "HX-Request": "true" }, signal });
  return answer.ok ? answer.text() : null;
}

/** Shows a sentence for a while; with an act it can be undone or repeated. */
export function toast(text: string, label = "", act?: () => void): void {
  const line = document.createElement("div");
  line.className = "toast";
  line.append(text);
  if (act) {
    const button = document.createElement("button");
    button.className = "btn quiet";
    button.textContent = label;
    button.addEventListener("click", () => {
      line.remove();
      act();
    });
    line.append(button);
  }
  document.getElementById("toasts")?.append(line);
  fade(line);
}

/** A sentence goes by itself, but not while somebody points at it or is in it. */
function fade(line: HTMLElement): void {
  setTimeout(() => (line.matches(":hover, :focus-within") ? fade(line) : line.remove()), 6000);
}

export function complain(error: unknown): void {
  toast(error instanceof Refusal ? error.message : word("offline"));
}
