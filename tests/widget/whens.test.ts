import { expect, test } from "vitest";
import { holds } from "../../assets/desk/whens";

function chosen(values: Record<string, string>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(values)) form.set(`setting.${name}`, value);
  return form;
}

test("a setting is asked for where everything is chosen that it is there for", () => {
  const whens = { comes_in: ["imap"], log_in: ["google", "oauth2"] };

  expect(holds(whens, chosen({ comes_in: "imap", log_in: "google" }))).toBe(true);
  expect(holds(whens, chosen({ comes_in: "imap", log_in: "password" }))).toBe(false);
  expect(holds(whens, chosen({ log_in: "google" }))).toBe(false);
  expect(holds({}, chosen({}))).toBe(true);
});

test("of several lists one is enough", () => {
  const whens = [{ comes_in: ["imap"] }, { goes_out: ["smtp"] }];

  expect(holds(whens, chosen({ comes_in: "provider", goes_out: "smtp" }))).toBe(true);
  expect(holds(whens, chosen({ comes_in: "provider", goes_out: "provider" }))).toBe(false);
});
