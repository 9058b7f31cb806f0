/** Something that the server is asked for when a component appears, and again when `key` changes. */
import { useCallback, useEffect, useState } from "react";
import { wordsOf } from "../api/client";

export interface Loaded<T> {
  value: T | undefined;
  error: string;
  reload: () => void;
}

export function useLoaded<T>(key: string, ask: () => Promise<T>): Loaded<T> {
  const [state, setState] = useState<{ value: T | undefined; error: string }>({ value: undefined, error: "" });
  const [times, setTimes] = useState(0);
  useEffect(() => {
    let current = true;
    ask().then(
      (value) => current && setState({ value, error: "" }),
      (error: unknown) => current && setState((before) => ({ ...before, error: wordsOf(error) })),
    );
    return () => {
      current = false;
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the key says what is asked for
  }, [key, times]);
  const reload = useCallback(() => setTimes((before) => before + 1), []);
  return { ...state, reload };
}
