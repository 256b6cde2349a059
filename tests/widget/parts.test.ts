import { beforeEach, describe, expect, it, vi } from "vitest";
import { contrast, mix, on, palette, parse, readable } from "../../assets/widget/color";
import { texts } from "../../assets/widget/config";
import type { Welcome } from "../../assets/widget/frames";
import { uuid } from "../../assets/widget/ids";
import { Keep } from "../../assets/widget/keep";
import { wait } from "../../assets/widget/link";
import { type Draft, Outbox } from "../../assets/widget/outbox";
import { Sender } from "../../assets/widget/sender";
import { Visitor } from "../../assets/widget/visitor";

function storage(): Storage {
  const kept = new Map<string, string>();
  const area = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => {
      kept.set(key, value);
      Object.assign(area, { [key]: value });
    },
    removeItem: (key: string) => {
      kept.delete(key);
      delete (area as Record<string, unknown>)[key];
    },
  };
  return area as unknown as Storage;
}

function draft(client_id: string, at: number, more: Partial<Draft> = {}): Draft {
  return { client_id, text: client_id, files: [], at, tab: "mine", ...more };
}

describe("the colours", () => {
  const every = Array.from({ length: 4096 }, (_, n) => `#${n.toString(16).padStart(3, "0")}`);

  it("are readable on any brand and in any brand, AA", () => {
    for (const color of every) {
      const brand = parse(color);
      expect(contrast(on(brand), brand)).toBeGreaterThanOrEqual(4.5);
      expect(
        contrast(readable(brand, [243, 240, 233], [0, 0, 0]), [243, 240, 233]),
      ).toBeGreaterThanOrEqual(4.5);
      expect(
        contrast(readable(brand, [35, 46, 60], [255, 255, 255]), [35, 46, 60]),
      ).toBeGreaterThanOrEqual(4.5);
    }
  });

  it("keep message text at AAA on the tint of any brand", () => {
    for (const color of every) {
      const soft = mix([255, 255, 255], parse(color), 0.12);
      expect(contrast([27, 36, 48], soft)).toBeGreaterThanOrEqual(7);
    }
  });

  it("fall back to jade where the setting is no colour", () => {
    expect(palette("red; x:url(//evil)")["--brand"]).toBe("rgb(15 123 108)");
  });
});

describe("the outbox", () => {
  it("outlives the page and keeps the order", () => {
    const area = storage();
    const outbox = new Outbox(new Keep("p.", () => area), "mine");
    outbox.put(draft("b", 2));
    outbox.put(draft("a", 1));

    const later = new Outbox(new Keep("p.", () => area), "mine");

    expect(later.all().map((d) => d.client_id)).toEqual(["a", "b"]);
  });

  it("leaves another tab's drafts to it for a while, and passes over what was refused", () => {
    const area = storage();
    const outbox = new Outbox(new Keep("p.", () => area), "mine");
    outbox.put(draft("theirs", 1_000, { tab: "other" }));
    outbox.put(draft("no", 2_000, { refused: "no" }));
    outbox.put(draft("mine", 3_000));

    expect(outbox.next(10_000)?.client_id).toBe("mine");
    expect(outbox.next(20_000)?.client_id).toBe("theirs");
  });

  it("works from memory where storage is shut", () => {
    const shut = new Keep("p.", () => {
      throw new Error("denied");
    });
    const outbox = new Outbox(shut, "mine");
    outbox.put(draft("a", 1));

    expect(outbox.all()).toHaveLength(1);
    outbox.drop("a");
    expect(outbox.all()).toHaveLength(0);
  });
});

describe("the sender", () => {
  it("sends the next only after the former was settled, and again what was not", () => {
    vi.useFakeTimers();
    vi.stubGlobal("window", globalThis);
    const area = storage();
    const outbox = new Outbox(new Keep("p.", () => area), "mine");
    const sent: string[] = [];
    const sender = new Sender(outbox, (frame) => {
      if (frame.type === "message") sent.push(frame.client_id);
      return true;
    });
    outbox.put(draft("a", 1));
    outbox.put(draft("b", 2));

    sender.pump();
    sender.pump();
    expect(sent).toEqual(["a"]);
    vi.advanceTimersByTime(11_000);
    expect(sent).toEqual(["a", "a"]);
    outbox.drop("a");
    sender.settle("a");
    expect(sent).toEqual(["a", "a", "b"]);
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });
});

describe("the rest", () => {
  it("waits longer each time, never over half a minute, never the same", () => {
    const waits = [0, 1, 2, 3, 20].map((n) => wait(1006, n, 1));

    expect(waits).toEqual([500, 750, 1125, 1687.5, 30000]);
    expect(wait(1006, 0, 0)).toBe(250);
    expect(wait(4401, 0)).toBe(100);
    expect(wait(4401, 20, 1)).toBe(30000);
  });

  it("fills the places of a text and shows a key it does not know", () => {
    const say = texts({ hi: "{name}，{count} 条" });

    expect(say("hi", { name: "小梅", count: 2 })).toBe("小梅，2 条");
    expect(say("what")).toBe("what");
  });

  it("makes ids of the fourth kind", () => {
    expect(uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(uuid()).not.toBe(uuid());
  });
});

describe("two tabs that arrive at once", () => {
  beforeEach(() => {
    vi.stubGlobal("location", { href: "https://shop.example/" });
    vi.stubGlobal("document", { title: "Tea" });
  });

  // each tab has storage of its own here: a browser may show it the other's writing too late
  function stranger(): Visitor {
    const area = storage();
    const visitor = new Visitor(new Keep("t.", () => area), null);
    visitor.hello();
    return visitor;
  }

  function newcomer(token: string): Visitor {
    const visitor = stranger();
    visitor.admit({ type: "welcome", token, verified: false } as Welcome);
    return visitor;
  }

  it("agree on one name, whoever hears first", () => {
    const [one, two] = [newcomer("a"), newcomer("b")];
    expect(one.meets(two.given ?? "")).toBe(false);
    expect(two.meets(one.given ?? "")).toBe(true);
    expect([one.token, two.token]).toEqual(["a", "a"]);
    expect(two.hello().token).toBe("a");
  });

  it("take the name of the other before they have their own", () => {
    const late = stranger();
    expect(late.meets("a")).toBe(false);
    expect(late.isStranger({ type: "welcome", token: "b" } as Welcome)).toBe(true);
    expect(late.hello().token).toBe("a");
  });

  it("leave alone who is known already", () => {
    const known = newcomer("b");
    known.hello();
    expect(known.meets("a")).toBe(false);
    expect(known.token).toBe("b");
  });
});
