/** The page's address: #/ is the flow, #/jobs/NAME a job, #/query, #/runs and #/runs/ID. */
import { useSyncExternalStore } from "react";

export interface Route {
  page: "flow" | "job" | "query" | "runs";
  name: string;
}

export function parseRoute(hash: string): Route {
  const [page = "", ...rest] = hash.replace(/^#\/?/, "").split("/");
  const name = decodeURIComponent(rest.join("/"));
  if (page === "jobs" && name) return { page: "job", name };
  if (page === "query" || page === "runs") return { page, name };
  return { page: "flow", name: "" };
}

export const jobAddress = (job: string) => `#/jobs/${encodeURIComponent(job)}`;

export function useRoute(): Route {
  const hash = useSyncExternalStore(
    (changed) => {
      addEventListener("hashchange", changed);
      return () => removeEventListener("hashchange", changed);
    },
    () => location.hash,
  );
  return parseRoute(hash);
}
