/** Requests that are asked again until the server answers: it may be started again, with another token. */
import { ApiError } from "./client";

const RETRY_MILLISECONDS = 1000;

/** Say whether the server is gone, or has been started again and does not know this page yet. */
export const isSilence = (error: unknown): error is ApiError =>
  error instanceof ApiError && (error.status === 0 || error.status === 403);

/**
 * Ask until there is an answer.
 *
 * @param onSilence is told why there is none yet, and an empty text when there is one.
 */
export async function persistently<T>(ask: () => Promise<T>, onSilence: (words: string) => void): Promise<T> {
  for (;;) {
    try {
      const answered = await ask();
      onSilence("");
      return answered;
    } catch (error) {
      if (!isSilence(error)) throw error;
      onSilence(error.message);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MILLISECONDS));
    }
  }
}
