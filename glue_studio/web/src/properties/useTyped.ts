/** A value that is edited here and told a moment after the last key, so that typing is one step. */
import { useEffect, useRef, useState } from "react";

const PAUSE_MILLISECONDS = 350;

class Typing<T> {
  typed: T;
  tell: (value: T) => void = () => undefined;
  onTold: () => void = () => undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(typed: T) {
    this.typed = typed;
  }

  type(next: T): void {
    this.typed = next;
    waiting.add(this);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), PAUSE_MILLISECONDS);
  }

  send(): void {
    clearTimeout(this.timer);
    if (!waiting.delete(this)) return;
    this.onTold();
    this.tell(this.typed);
  }
}

const waiting = new Set<{ send: () => void }>();

/** Tell everything that has been typed and not been told, before a save, an undo or a run. */
export function tellTyped(): void {
  for (const one of [...waiting]) one.send();
}

export const hasUntold = () => waiting.size > 0;

export function useTyped<T>(value: T, tell: (value: T) => void): [T, (value: T) => void] {
  const [typed, setTyped] = useState(value);
  const known = JSON.stringify(value);
  const [seen, setSeen] = useState(known);
  const [untold, setUntold] = useState(false);
  const typing = useRef<Typing<T>>(null);
  typing.current ??= new Typing(value);
  useEffect(() => {
    if (typing.current) Object.assign(typing.current, { tell, onTold: () => setUntold(false) });
  });
  // what came from elsewhere, such as an undo, takes the place of what stands here; not of what is being typed
  if (known !== seen) {
    setSeen(known);
    if (!untold) setTyped(value);
  }
  // a person who goes on to another node has ended typing here
  useEffect(() => () => typing.current?.send(), []);
  const type = (next: T) => {
    setTyped(next);
    setUntold(true);
    typing.current?.type(next);
  };
  return [typed, type];
}
