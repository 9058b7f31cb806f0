/** A run as it goes on, told by the server whenever something changes. */
import { useEffect, useState } from "react";
import type { Run } from "../api/client";

export const LOST = "There is no news of this run: it is not known here, or the server is gone.";

export function useRun(id: string): { run: Run | undefined; lost: boolean } {
  const [run, setRun] = useState<Run>();
  const [lost, setLost] = useState("");
  useEffect(() => {
    if (!id) return;
    const source = new EventSource(`/api/runs/${encodeURIComponent(id)}/events`);
    // the browser tries again by itself unless the server refuses
    source.onerror = () => {
      if (source.readyState === EventSource.CLOSED) setLost(id);
    };
    source.onmessage = (event: MessageEvent<string>) => {
      const now = JSON.parse(event.data) as Run;
      setRun(now);
      if (now.state !== "running") source.close();
    };
    return () => source.close();
  }, [id]);
  return { run: run?.id === id ? run : undefined, lost: !!id && lost === id };
}
