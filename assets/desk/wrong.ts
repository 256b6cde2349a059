/** What is wrong with a form stands beside the field it is about, belongs to it, and the focus goes there. */

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;
type Wrong = { code: string; field: string; message: string };
const GIVEN = "given"; // what was sent last: a page that comes back from a refusal has what was there before
let told = 0;

/** Tell a refusal at its field; whether the form has it. */
export function tellWrong(form: HTMLFormElement, wrong: Wrong): boolean {
  for (const one of fields(form)) forgive(one);
  const field = fieldOf(form, wrong);
  if (!field) return false;
  const line = document.createElement("span");
  line.className = "field-error";
  line.id = `wrong-${++told}`;
  line.textContent = wrong.message;
  line.ariaHidden = "true"; // it describes the field, and is no part of a label around it
  const place = field.closest(".field, label, fieldset");
  if (place) place.append(line);
  else field.after(line);
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", [line.id, ...described(field)].join(" "));
  field.closest("details")?.setAttribute("open", "");
  field.focus();
  field.addEventListener("input", () => forgive(field), { once: true });
  return true;
}

/** A page may come back with what was refused: it says so at the field, and has again what was given. */
export function watchGiven(): void {
  const given = takeGiven();
  const [last] = Array.from(document.querySelectorAll<HTMLElement>("[data-wrong]")).reverse();
  if (last) showWrong(last, given);
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (form.matches(".rooms form[method=post]")) keepGiven(form);
  });
}

function showWrong(notice: HTMLElement, given: Record<string, string>): void {
  const [code = "", path = "", field = ""] = notice.dataset.wrong?.split(" ") ?? [];
  const wrong = { code, field, message: notice.textContent?.trim() ?? "" };
  for (const form of Array.from(document.forms)) {
    if (pathOf(form) !== path || !fieldOf(form, wrong)) continue;
    for (const one of fields(form).filter(isText)) one.value = given[one.name] ?? one.value;
    form.classList.add("changed");
    tellWrong(form, wrong);
    return;
  }
}

/** The field a refusal names; else the one its code does: "queue.name", "skills.words", "topic.exists". */
function fieldOf(form: HTMLFormElement, { code, field }: Wrong): Field | undefined {
  const all = fields(form);
  const named = (name: string) => all.find((one) => one.name === name);
  const about = (one: Field) => one.dataset.about?.split(" ").includes(code);
  const [first = "", last = ""] = code.split(".");
  const names = [last, `${last}s`, ...(/^(exists|taken)$/.test(last) ? ["name"] : []), first];
  const its = field && (named(field) ?? all.find((one) => one.name.endsWith(`.${field}`)));
  return its || (all.find(about) ?? names.map(named).find((one) => one !== undefined));
}

function fields(form: HTMLFormElement): Field[] {
  const all = Array.from(form.elements) as Field[];
  return all.filter((one) => one.matches("input:not([type=hidden]), select, textarea"));
}

const isText = (field: Field): boolean =>
  !field.matches("[type=checkbox], [type=radio], [type=file], [type=password], [multiple]");

const described = (field: Field): string[] =>
  (field.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean);

function forgive(field: Field): void {
  const [line, rest] = [wrongOf(field), described(field).filter((id) => !id.startsWith("wrong-"))];
  if (!line) return;
  line.remove();
  field.removeAttribute("aria-invalid");
  if (rest.length) field.setAttribute("aria-describedby", rest.join(" "));
  else field.removeAttribute("aria-describedby");
}

const wrongOf = (field: Field): HTMLElement | null =>
  document.getElementById(described(field).find((id) => id.startsWith("wrong-")) ?? "");

const pathOf = (form: HTMLFormElement): string =>
  new URL(form.getAttribute("action") || location.href, location.href).pathname;

function keepGiven(form: HTMLFormElement): void {
  const isOne = (field: Field) => form.elements.namedItem(field.name) === field;
  const kept = fields(form).filter((one) => isText(one) && isOne(one));
  const given = kept.map((one) => [one.name, one.value]);
  sessionStorage.setItem(GIVEN, JSON.stringify(Object.fromEntries(given)));
}

function takeGiven(): Record<string, string> {
  const given = sessionStorage.getItem(GIVEN);
  sessionStorage.removeItem(GIVEN);
  return given ? JSON.parse(given) : {};
}
