/** How well a few typed letters fit a name: in English, in Chinese, and by the initials of its pinyin. */

// The first character, in the order of pinyin, of each letter that begins a syllable.
const FIRST = "阿八嚓哒妸发旮哈讥咔垃麻拏噢妑七呥扨它穵夕丫帀";
const LETTERS = "abcdefghjklmnopqrstwxyz";
const HAN = /[\u4e00-\u9fff]/;
const order = new Intl.Collator("zh-Hans-u-co-pinyin");
const known = new Map<string, string>();

/** 解决会话 → jjhh; what is not Chinese stays as it is. */
export function initials(text: string): string {
  return Array.from(text.toLowerCase(), initial).join("");
}

function initial(letter: string): string {
  if (!HAN.test(letter)) return letter;
  const before = known.get(letter);
  if (before) return before;
  let place = 0;
  while (place + 1 < FIRST.length && order.compare(letter, FIRST[place + 1] ?? "") >= 0) place += 1;
  const found = LETTERS[place] ?? letter;
  known.set(letter, found);
  return found;
}

/** 0: no match; the more, the better: at the beginning, at the beginning of words, together, in order. */
export function fits(typed: string, name: string): number {
  const [wanted, text] = [typed.trim().toLowerCase(), name.toLowerCase()];
  if (!wanted) return 1;
  const direct = inOrder(wanted, text);
  const byPinyin = HAN.test(text) ? inOrder(wanted, initials(text)) * 0.9 : 0;
  return Math.max(direct, byPinyin);
}

function inOrder(wanted: string, text: string): number {
  const at = text.indexOf(wanted);
  if (at < 0) return scattered(wanted.replace(/\s+/g, ""), text);
  const points = at === 0 ? 100 : isWordStart(text, at) ? 80 : 60;
  return points - Math.min(20, text.length / 10);
}

/** Every letter somewhere, one after the other. */
function scattered(wanted: string, text: string): number {
  let [place, points] = [0, 0];
  for (const letter of wanted) {
    const next = text.indexOf(letter, place);
    if (next < 0) return 0;
    points += next === place ? 2 : isWordStart(text, next) ? 1.5 : 0.3;
    place = next + 1;
  }
  return (points / (wanted.length * 2)) * 50;
}

const isWordStart = (text: string, at: number): boolean =>
  at === 0 || /[\s:：·/_-]/.test(text[at - 1] ?? "");
