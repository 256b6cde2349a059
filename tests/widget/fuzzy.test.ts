import { expect, test } from "vitest";
import { fits, initials } from "../../assets/desk/fuzzy";

test("Chinese names have the initials of their pinyin", () => {
  expect(initials("解决会话")).toBe("jjhh");
  expect(initials("稍后处理")).toBe("shcl");
  expect(initials("Tom 小梅")).toBe("tom xm");
});

test.each([
  ["jj", "解决或重新打开", "添加标签"],
  ["解决", "解决或重新打开", "添加标签"],
  ["res", "Resolve or reopen", "Add a tag"],
  ["ror", "Resolve or reopen", "Language: Chinese"],
  ["g m", "Go to Mine", "Assign"],
])("%s finds %s rather than %s", (typed, wanted, other) => {
  expect(fits(typed, wanted)).toBeGreaterThan(fits(typed, other));
});

test("what is not there does not fit, and nothing typed fits all", () => {
  expect(fits("zzz", "Resolve or reopen")).toBe(0);
  expect(fits("", "Resolve or reopen")).toBe(1);
});
