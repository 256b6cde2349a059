/** Files to send: chosen, dropped or pasted; uploaded at once, sent with the message. */
import { complain, post, toast, word } from "./page";

const LARGEST = 20 * 1024 * 1024;
type Attached = { id: string; line: HTMLElement };
let attached: Attached[] = [];
let underWay = 0;

export const attachedIds = (): string[] => attached.map((file) => file.id);
export const isUploading = (): boolean => underWay > 0;

export function forgetFiles(): void {
  attached = [];
  document.getElementById("attached")?.replaceChildren();
}

export function attach(files: Iterable<File>): void {
  for (const file of Array.from(files)) void upload(file);
}

async function upload(file: File): Promise<void> {
  if (file.size > LARGEST) return toast(word("too_large"));
  const line = listed(file.name);
  const form = new FormData();
  form.append("file", file, file.name || "picture.png");
  underWay += 1;
  try {
    const { id } = await post("/desk/files/", form);
    line.classList.remove("waiting");
    const entry = { id, line };
    attached.push(entry);
    line.querySelector("button")?.addEventListener("click", () => {
      attached = attached.filter((other) => other !== entry);
      line.remove();
    });
  } catch (error) {
    line.remove();
    complain(error);
  } finally {
    underWay -= 1;
  }
}

function listed(name: string): HTMLElement {
  const line = document.createElement("li");
  line.className = "chip waiting";
  const label = document.createElement("span");
  label.className = "clip";
  label.textContent = name;
  const remove = document.createElement("button");
  remove.type = "button";
  remove.textContent = "×";
  remove.setAttribute("aria-label", `${word("remove")} ${name}`);
  line.append(label, remove);
  document.getElementById("attached")?.append(line);
  return line;
}
