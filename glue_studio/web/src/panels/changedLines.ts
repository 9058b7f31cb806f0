/** Which lines of a text another one does not have: the longest common rows of lines are the same. */
export function changedLines(before: string, after: string): number[] {
  const old = before.split("\n");
  const now = after.split("\n");
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start++;
  let end = 0;
  while (end < old.length - start && end < now.length - start && old.at(-1 - end) === now.at(-1 - end)) end++;
  const some = old.slice(start, old.length - end);
  const others = now.slice(start, now.length - end);
  const kept = common(some, others);
  return others.map((_, index) => (kept.has(index) ? 0 : start + index + 1)).filter((line) => line > 0);
}

/** Return the places in `now` of the longest row of lines that both have in this order. */
function common(old: string[], now: string[]): Set<number> {
  const lengths = Array.from({ length: old.length + 1 }, () => new Uint16Array(now.length + 1));
  for (let one = old.length - 1; one >= 0; one--)
    for (let other = now.length - 1; other >= 0; other--) {
      const row = lengths[one] as Uint16Array;
      const next = lengths[one + 1] as Uint16Array;
      row[other] =
        old[one] === now[other] ? (next[other + 1] ?? 0) + 1 : Math.max(next[other] ?? 0, row[other + 1] ?? 0);
    }
  const kept = new Set<number>();
  let one = 0;
  let other = 0;
  while (one < old.length && other < now.length)
    if (old[one] === now[other]) {
      kept.add(other);
      one++;
      other++;
    } else if ((lengths[one + 1]?.[other] ?? 0) >= (lengths[one]?.[other + 1] ?? 0)) one++;
    else other++;
  return kept;
}
