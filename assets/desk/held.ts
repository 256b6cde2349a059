/** Words that rest until their time come back into the composer. */
import { restore } from "./composer";
import { openId, post } from "./page";

export async function takeBack(held: string): Promise<void> {
  const words = await post(`/desk/held/${held}/take-back/`, {});
  document.getElementById(held)?.remove();
  if (words.conversation === openId()) restore(words.text, words.files);
}
