/** What was moved on the screen before the server knows of it: done one after the other. */
let last: Promise<unknown> = Promise.resolve();
let under = 0;
let begun = 0;

/** Do something after everything that was begun before. */
export function inTurn<Answer>(does: () => Promise<Answer>): Promise<Answer> {
  under += 1;
  begun += 1;
  const done = last.then(does).finally(() => {
    under -= 1;
  });
  last = done.catch(() => null);
  return done;
}

/** Wait until the server knows of everything; return how many moves that were. */
export async function settled(): Promise<number> {
  while (under > 0) await last;
  return begun;
}

/** Whether something is moving, or has begun to since there were so many. */
export const isMoving = (since = begun): boolean => under > 0 || begun > since;
