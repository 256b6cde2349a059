/** How many notices wait, as the server counts them. */
import { fragment } from "./page";

export async function renewBell(): Promise<void> {
  const html = await fragment("/desk/notices/count/").catch(() => null);
  const place = document.getElementById("unread");
  if (place && html !== null) place.innerHTML = html;
}
