/** Work that is not saved, kept in the browser by the file that it is of, so that it survives a reload. */
import type { Change } from "../api/client";

export interface Draft {
  text: string;
  /** The file's version and text that the work was begun with. */
  version: string;
  saved: string;
  /** Changes that the server has not made yet. */
  pending: Change[];
}

const PREFIX = "draft of ";
const mine = new Set<string>();

export function readDraft(file: string): Draft | undefined {
  try {
    const draft = JSON.parse(localStorage.getItem(PREFIX + file) ?? "null") as Draft | null;
    if (draft) mine.add(file);
    return draft ? { ...draft, pending: draft.pending ?? [] } : undefined;
  } catch {
    return undefined;
  }
}

export function keepDraft(file: string, draft: Draft): void {
  mine.add(file);
  localStorage.setItem(PREFIX + file, JSON.stringify(draft));
}

/** Remove a draft, unless it is another page's. */
export function dropDraft(file: string): void {
  if (mine.delete(file)) localStorage.removeItem(PREFIX + file);
}

const filesOf = (job: string) =>
  Object.keys(localStorage).filter((key) => key.startsWith(PREFIX) && key.endsWith(`/${job}/${job}.json`));

/** Say whether a job of this name has work that is not saved. */
export const hasDraft = (job: string) => filesOf(job).length > 0;

/** Remove the drafts of a job that is no more, or that is new. */
export function dropDraftsOf(job: string): void {
  for (const key of filesOf(job)) localStorage.removeItem(key);
}
