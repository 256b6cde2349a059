import { describe, expect, it } from "vitest";
import type { Message } from "../../assets/widget/frames";
import { bytes, type Row, rows, type Scene } from "../../assets/widget/rows";
import { empty, type State } from "../../assets/widget/store";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const scene: Scene = { texts: (key) => key, language: "en", now: NOW };

function said(id: string, minutesAgo: number, more: Partial<Message> = {}): Message {
  const at = new Date(NOW - minutesAgo * 60_000).toISOString();
  const plain = { client_id: null, author: null, text: id, html: "", files: [] };
  return { id, from: "visitor", at, state: "sent", ...plain, ...more };
}

function of(state: Partial<State>): Row[] {
  return rows({ ...empty, link: "online", ...state }, scene);
}

describe("the rows of the thread", () => {
  it("set days apart by name", () => {
    const days = of({ messages: [said("1", 3 * 1440), said("2", 1440), said("3", 1)] });

    expect(days.filter((r) => r.kind === "day").map((r) => r.text)).toEqual([
      "November 18",
      "yesterday",
      "today",
    ]);
  });

  it("name an author once for what they say in one go", () => {
    const min = { from: "agent" as const, author: "王敏" };
    const shown = of({ messages: [said("1", 4, min), said("2", 3, min), said("3", 1)] });

    expect(shown.map((r) => (r.kind === "message" ? r.author : "-"))).toEqual([
      "-",
      "王敏",
      null,
      null,
    ]);
  });

  it("show time and state under the last of one go", () => {
    const shown = of({ messages: [said("1", 40), said("2", 3), said("3", 1, { state: "read" })] });

    expect(shown.map((r) => (r.kind === "message" ? r.mark : "-"))).toEqual([
      "-",
      "sent",
      null,
      "read",
    ]);
  });

  it("keep a message's place on the screen when it turns from draft to sent", () => {
    const draft = { client_id: "c1", text: "hi", files: [], at: NOW, tab: "t" };

    const [before] = of({ drafts: [draft] });
    const after = of({ messages: [said("9", 0, { client_id: "c1" })] }).at(-1);

    expect(before?.key).toBe(after?.key);
  });

  it("offer to send again what was refused or waits without a connection", () => {
    const draft = { client_id: "c1", text: "hi", files: [], at: NOW, tab: "t" };
    const marks = (state: Partial<State>) => of(state).map((r) => r.kind === "message" && r.mark);

    expect(marks({ drafts: [draft] })).toEqual(["sending"]);
    expect(marks({ drafts: [{ ...draft, refused: "no" }] })).toEqual(["failed"]);
    const old = { ...draft, at: NOW - 20_000 };
    expect(marks({ drafts: [old], link: "offline" })).toEqual(["failed"]);
    expect(marks({ drafts: [old], link: "online" })).toEqual(["sending"]);
  });

  it("say sizes as people do", () => {
    expect([bytes(1), bytes(352_000), bytes(3 * 1024 * 1024), bytes(20 * 1024 * 1024)]).toEqual([
      "1 KB",
      "344 KB",
      "3 MB",
      "20 MB",
    ]);
  });
});
