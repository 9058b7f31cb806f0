/** A value that is edited here and told a moment after the last key, so that typing is one step. */
import { useEffect, useState, useSyncExternalStore } from "react";

const PAUSE_MILLISECONDS = 350;

/** Make a value part of the canvas; false says that it was refused, or cannot be told yet. */
export type Tell<T> = (value: T) => Promise<boolean> | boolean;

/** What stands in a field and is not part of the canvas yet. */
class Typing<T> {
  tell: Tell<T> = () => false;
  private untold: { value: T } | undefined;
  private underWay: { what: { value: T }; accepted: Promise<boolean> } | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = () => this.untold;

  readonly type = (value: T) => {
    this.put({ value });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.send(), PAUSE_MILLISECONDS);
  };

  /** Tell what was typed; false says that it was refused. */
  readonly send = (): Promise<boolean> => {
    clearTimeout(this.timer);
    const what = this.untold;
    if (what && this.underWay?.what !== what) this.underWay = { what, accepted: this.deliver(what) };
    return this.underWay?.accepted ?? Promise.resolve(true);
  };

  private async deliver(what: { value: T }): Promise<boolean> {
    const accepted = await this.tell(what.value);
    if (this.underWay?.what === what) this.underWay = undefined;
    // what was typed meanwhile stays, and so does what was refused
    if (accepted && this.untold === what) this.put(undefined);
    return accepted;
  }

  readonly forget = () => this.put(undefined);

  private put(untold: { value: T } | undefined) {
    this.untold = untold;
    if (untold) all.add(this);
    else all.delete(this);
    for (const listener of [...this.listeners, ...watchers]) listener();
  }
}

const all = new Set<{ send: () => Promise<boolean>; forget: () => void }>();
const watchers = new Set<() => void>();
const watch = (listener: () => void) => {
  watchers.add(listener);
  return () => watchers.delete(listener);
};

/** Tell everything that has been typed and not been told, before a save, an undo or a run; false: some was refused. */
export async function tellTyped(): Promise<boolean> {
  return (await Promise.all([...all].map((one) => one.send()))).every(Boolean);
}

/** Let the canvas take the place of what was refused. */
export function forgetTyped(): void {
  for (const one of [...all]) one.forget();
}

export const hasUntold = () => all.size > 0;

export const useUntold = () => useSyncExternalStore(watch, hasUntold);

/** Return what a field shows and a function for what is typed; `value` is what the canvas has. */
export function useTyped<T>(value: T, tell: Tell<T>): [T, (value: T) => void] {
  const [typing] = useState(() => new Typing<T>());
  const untold = useSyncExternalStore(typing.subscribe, typing.snapshot);
  useEffect(() => {
    Object.assign(typing, { tell });
  });
  useEffect(
    () => () => {
      // a person who goes on to another node has ended typing here
      void typing.send().then(typing.forget);
    },
    [typing],
  );
  return [untold ? untold.value : value, typing.type];
}
