/** Looks now and then whether a job's file has become another one. */
import { useEffect, useRef } from "react";
import { answer, api, ApiError, wordsOf } from "../api/client";

const POLL_MILLISECONDS = 2000;
/** The version of a file that is no more. */
export const GONE = "gone";

/** Return the version of a job's file. */
export async function versionOf(job: string): Promise<string> {
  try {
    return await answer(api.GET("/api/jobs/{job}/version", { params: { path: { job } } }));
  } catch (error) {
    if (error instanceof ApiError && error.status === 422) return GONE;
    throw error;
  }
}

export function useDiskVersion(job: string, onVersion: (version: string) => void, onSilence: (words: string) => void): void {
  const latest = useRef({ onVersion, onSilence });
  useEffect(() => {
    latest.current = { onVersion, onSilence };
  });
  useEffect(() => {
    const look = async () => {
      if (document.hidden) return;
      try {
        const version = await versionOf(job);
        latest.current.onSilence("");
        latest.current.onVersion(version);
      } catch (error) {
        latest.current.onSilence(wordsOf(error));
      }
    };
    const timer = setInterval(() => void look(), POLL_MILLISECONDS);
    return () => clearInterval(timer);
  }, [job]);
}
