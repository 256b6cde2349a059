import { describe, expect, it } from "vitest";
import type { FromLive, Message, Welcome } from "../../assets/widget/frames";
import type { Draft } from "../../assets/widget/outbox";
import { type Action, empty, reduce, type State, unread } from "../../assets/widget/store";

function message(id: string, more: Partial<Message> = {}): Message {
  const at = `2026-11-21T10:00:${id.padStart(2, "0")}.000Z`;
  const plain = { client_id: null, author: null, text: id, html: "", files: [] };
  return { id, from: "visitor", at, state: "sent", ...plain, ...more };
}

function draft(client_id: string): Draft {
  return { client_id, text: client_id, files: [], at: 1, tab: "t" };
}

function welcome(messages: Message[]): Welcome {
  return {
    type: "welcome",
    token: "t",
    verified: false,
    name: null,
    conversation: null,
    messages,
  };
}

const having = (...actions: Action[]): State => actions.reduce(reduce, empty);
const ids = (state: State): string[] => state.messages.map((m) => m.id);
const arrives = (m: Message): FromLive => ({ type: "message", message: m });

describe("the store", () => {
  it("shows a message once, however often and by whichever way it comes", () => {
    const m = message("1", { client_id: "c1" });
    const ack: FromLive = { type: "ack", client_id: "c1", message: m };

    const state = having(
      { type: "drafts", drafts: [draft("c1")] },
      ack,
      arrives(m),
      ack,
      welcome([m]),
    );

    expect(ids(state)).toEqual(["1"]);
    expect(state.drafts).toEqual([]);
  });

  it("drops a draft that another tab has sent", () => {
    const m = message("1", { client_id: "c1" });

    const state = having(arrives(m), { type: "drafts", drafts: [draft("c1"), draft("c2")] });

    expect(state.drafts.map((d) => d.client_id)).toEqual(["c2"]);
  });

  it("keeps what was said in the same moment in turn, where a page of history ends there", () => {
    const at = "2026-11-21T10:00:00.000Z";
    const [a, b, c] = ["a", "b", "c"].map((id) => message(id, { at }));
    const earlier: FromLive = { type: "earlier", messages: [a, b] as Message[], more: false };

    expect(ids(having(welcome([c] as Message[]), earlier))).toEqual(["a", "b", "c"]);
  });

  it("orders by time, not by arrival", () => {
    expect(
      ids(having(arrives(message("3")), arrives(message("1")), arrives(message("2")))),
    ).toEqual(["1", "2", "3"]);
  });

  it("keeps what came in the same moment in the order it came", () => {
    const at = "2026-11-21T10:00:00.000Z";

    const state = having(welcome([message("z", { at }), message("a", { at })]));

    expect(ids(state)).toEqual(["z", "a"]);
  });

  it("never takes a state back", () => {
    const read: FromLive = { type: "state", state: "read", upto: "2", from: "visitor" };

    const state = having(
      welcome([message("1"), message("2"), message("3")]),
      read,
      arrives(message("1")),
      { type: "state", state: "delivered", upto: "3", from: "visitor" },
    );

    expect(state.messages.map((m) => m.state)).toEqual(["read", "read", "delivered"]);
  });

  it("marks only the side that was read", () => {
    const state = having(welcome([message("1", { from: "agent" }), message("2")]), {
      type: "state",
      state: "read",
      upto: "2",
      from: "visitor",
    });

    expect(unread(state).map((m) => m.id)).toEqual(["1"]);
  });

  it("leaves no silent gap after a long absence", () => {
    const state = having(welcome([message("1"), message("2")]), welcome([message("8")]));

    expect(ids(state)).toEqual(["8"]);
  });

  it("stops the typing dots when the answer comes", () => {
    const typing: FromLive = { type: "typing", on: true, name: "王敏" };

    expect(having(typing).typing).toBe("王敏");
    expect(having(typing, arrives(message("1", { from: "agent" }))).typing).toBeNull();
  });

  it("tells a refusal that belongs to no message", () => {
    const refused: FromLive = { type: "refused", code: "rating.closed", detail: "太晚了" };

    expect(having(refused).notice).toBe("太晚了");
    expect(having({ ...refused, client_id: "c1" }).notice).toBeNull();
  });

  it("forgets a person wholly", () => {
    const state = having(
      welcome([message("1")]),
      { type: "email", email: "a@b.c" },
      { type: "forget" },
    );

    expect([state.messages, state.email, state.ready]).toEqual([[], null, false]);
  });
});
