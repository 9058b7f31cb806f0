/** Steps that can be undone and done again. */

export interface History<T> {
  past: T[];
  now: T;
  future: T[];
}

const MOST_STEPS = 500;

export const begun = <T>(now: T): History<T> => ({ past: [], now, future: [] });

export const done = <T>(history: History<T>, next: T): History<T> => ({
  past: [...history.past, history.now].slice(-MOST_STEPS),
  now: next,
  future: [],
});

export function undone<T>(history: History<T>): History<T> {
  const before = history.past.at(-1);
  if (before === undefined) return history;
  return { past: history.past.slice(0, -1), now: before, future: [history.now, ...history.future] };
}

export function redone<T>(history: History<T>): History<T> {
  const [next, ...future] = history.future;
  if (next === undefined) return history;
  return { past: [...history.past, history.now], now: next, future };
}
