/** A run as it goes on, told by the server whenever something changes. */
import { useEffect, useState } from "react";
import type { Run } from "../api/client";

export function useRun(id: string): Run | undefined {
  const [run, setRun] = useState<Run>();
  useEffect(() => {
    if (!id) return;
    const source = new EventSource(`/api/runs/${encodeURIComponent(id)}/events`);
    source.onmessage = (event: MessageEvent<string>) => {
      const now = JSON.parse(event.data) as Run;
      setRun(now);
      if (now.state !== "running") source.close();
    };
    return () => source.close();
  }, [id]);
  return run?.id === id ? run : undefined;
}
