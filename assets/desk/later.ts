/** The local time of a choice, as a form sends it; empty: until they reply. */
export function later(choice: string | undefined): string {
  if (!choice) return "";
  const at = new Date();
  if (choice === "hour") at.setHours(at.getHours() + 1);
  if (choice === "tomorrow") at.setDate(at.getDate() + 1);
  if (choice === "monday") at.setDate(at.getDate() + ((8 - at.getDay()) % 7 || 7));
  if (choice !== "hour") at.setHours(9, 0, 0, 0);
  return at.toISOString();
}
