/** A value that is edited here and told a moment after the last key, so that typing is one step. */
import { useEffect, useRef, useState } from "react";

const PAUSE_MILLISECONDS = 350;

export function useTyped<T>(value: T, tell: (value: T) => void): [T, (value: T) => void] {
  const [typed, setTyped] = useState(value);
  const known = JSON.stringify(value);
  const [seen, setSeen] = useState(known);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latest = useRef(tell);
  const pending = useRef<{ value: T }>(undefined);
  useEffect(() => {
    latest.current = tell;
  });
  // what came from elsewhere, such as an undo, takes the place of what was typed
  if (known !== seen) {
    setSeen(known);
    setTyped(value);
  }
  useEffect(() => {
    pending.current = undefined;
    clearTimeout(timer.current);
  }, [known]);
  const send = () => {
    clearTimeout(timer.current);
    const waiting = pending.current;
    pending.current = undefined;
    if (waiting) latest.current(waiting.value);
  };
  // a person who goes on to another node has ended typing here
  useEffect(() => send, []);
  const type = (next: T) => {
    setTyped(next);
    pending.current = { value: next };
    clearTimeout(timer.current);
    timer.current = setTimeout(send, PAUSE_MILLISECONDS);
  };
  return [typed, type];
}
