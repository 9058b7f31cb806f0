/** Which lines of a text are new. */
import { diffLines } from "diff";

/** Return the numbers, counted from 1, of the lines of `now` that `before` does not have in that place. */
export function changedLines(before: string, now: string): number[] {
  const changed: number[] = [];
  let line = 1;
  for (const part of diffLines(ended(before), ended(now))) {
    if (part.removed) continue;
    if (part.added) for (let number = 0; number < part.count; number++) changed.push(line + number);
    line += part.count;
  }
  return changed;
}

const ended = (text: string) => (text && !text.endsWith("\n") ? `${text}\n` : text);
