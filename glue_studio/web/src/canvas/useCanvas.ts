/** A canvas under edit: its text and what the server knows of it, the steps, what is saved, what changed on disk. */
import { useCallback, useEffect, useRef, useState } from "react";
import { answer, api, ApiError, type Change, type Inspection, wordsOf } from "../api/client";
import { hasUntold, tellTyped } from "../properties/useTyped";
import { begun, done, type History, redone, undone } from "./history";

export interface Step {
  text: string;
  inspection: Inspection;
  /** Nodes to select when a person comes back to this step. */
  selected: string[];
}

export interface CanvasState {
  history: History<Step> | undefined;
  /** The text on disk that this canvas was made of, and its version. */
  saved: { text: string; version: string };
  /** The version on disk, if it is another one by now. */
  diskVersion: string;
  restored: boolean;
  busy: boolean;
  error: string;
}

export interface CanvasActions {
  edit: (change: Change) => Promise<string[]>;
  undo: () => void;
  redo: () => void;
  select: (nodes: string[]) => void;
  /** Wait until all that was typed is part of the canvas; say whether it differs from its file. */
  settle: () => Promise<boolean>;
  save: (overwrite?: boolean) => Promise<boolean>;
  reload: () => Promise<void>;
  /** Ask again what is known of the canvas, because a table has been defined. */
  inspectAgain: () => void;
  forgetError: () => void;
}

const POLL_MILLISECONDS = 2000;
const draftKey = (job: string) => `draft of ${job}`;

interface Draft {
  text: string;
  version: string;
  saved: string;
}

function readDraft(job: string): Draft | undefined {
  try {
    return JSON.parse(localStorage.getItem(draftKey(job)) ?? "null") ?? undefined;
  } catch {
    return undefined;
  }
}

export function useCanvas(job: string): [CanvasState, CanvasActions] {
  const [state, setState] = useState<CanvasState>({
    history: undefined,
    saved: { text: "", version: "" },
    diskVersion: "",
    restored: false,
    busy: false,
    error: "",
  });
  const current = useRef(state);
  const queue = useRef<Promise<unknown>>(Promise.resolve());
  const update = useCallback((change: (before: CanvasState) => CanvasState) => {
    current.current = change(current.current);
    setState(current.current);
  }, []);
  const path = { path: { job } };

  /** Do things one after another, each with what the one before made. */
  const inTurn = useCallback(
    <T>(act: () => Promise<T>, fallback: T): Promise<T> => {
      const next = queue.current.then(async () => {
        update((before) => ({ ...before, busy: true }));
        try {
          return await act();
        } catch (error) {
          update((before) => ({ ...before, error: wordsOf(error) }));
          return fallback;
        } finally {
          update((before) => ({ ...before, busy: false }));
        }
      });
      queue.current = next;
      return next;
    },
    [update],
  );

  const keepDraft = useCallback(() => {
    const { history, saved } = current.current;
    if (!history) return;
    if (history.now.text === saved.text) localStorage.removeItem(draftKey(job));
    else
      localStorage.setItem(
        draftKey(job),
        JSON.stringify({ text: history.now.text, version: saved.version, saved: saved.text } satisfies Draft),
      );
  }, [job]);

  const move = useCallback(
    (change: (history: History<Step>) => History<Step>) => {
      update((before) => (before.history ? { ...before, history: change(before.history) } : before));
      keepDraft();
    },
    [update, keepDraft],
  );

  const open = useCallback(
    async (withDraft: boolean) => {
      const opened = await answer(api.GET("/api/jobs/{job}", { params: path }));
      const step: Step = { text: opened.text, inspection: opened.inspection, selected: [] };
      const draft = withDraft ? readDraft(job) : undefined;
      let history = begun(step);
      let saved = { text: opened.text, version: opened.version };
      if (draft && draft.text !== opened.text) {
        const inspection = await answer(
          api.POST("/api/jobs/{job}/inspect", { params: path, body: { text: draft.text } }),
        );
        // undone, it is what lies on disk, if that is what it was made of
        history = {
          past: draft.saved === opened.text ? [step] : [],
          now: { text: draft.text, inspection, selected: [] },
          future: [],
        };
        saved = { text: draft.saved, version: draft.version };
      }
      update((before) => ({
        ...before,
        history,
        saved,
        diskVersion: saved.version === opened.version ? "" : opened.version,
        restored: history.now.text !== opened.text,
        error: "",
      }));
      keepDraft();
    },
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the path is the job's
    [job, update, keepDraft],
  );

  useEffect(() => {
    void inTurn(() => open(true), undefined);
  }, [inTurn, open]);

  useEffect(() => {
    const look = async () => {
      const { saved, history } = current.current;
      if (!history || document.hidden) return;
      try {
        const version = await answer(api.GET("/api/jobs/{job}/version", { params: path }));
        if (current.current.saved.version === saved.version)
          update((before) => ({ ...before, diskVersion: version === saved.version ? "" : version }));
      } catch (error) {
        if (error instanceof ApiError && error.status === 422)
          update((before) => ({ ...before, diskVersion: "gone" }));
        else update((before) => ({ ...before, error: wordsOf(error) }));
      }
    };
    const timer = setInterval(() => void look(), POLL_MILLISECONDS);
    return () => clearInterval(timer);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the path is the job's
  }, [job, update]);

  useEffect(() => {
    const leaving = (event: BeforeUnloadEvent) => {
      keepDraft();
      if (hasUntold()) event.preventDefault(); // the browser asks, and meanwhile it is told
      tellTyped();
    };
    addEventListener("beforeunload", leaving);
    return () => removeEventListener("beforeunload", leaving);
  }, [keepDraft]);

  const actions: CanvasActions = {
    edit: (change) =>
      inTurn(async () => {
        const { history } = current.current;
        if (!history) return [];
        const body = { text: history.now.text, change };
        const edited = await answer(api.POST("/api/jobs/{job}/edit", { params: path, body }));
        if (edited.text === history.now.text) return [];
        const there = new Set(edited.inspection.nodes.map((node) => node.id));
        const selected = edited.selected.length
          ? edited.selected
          : history.now.selected.filter((node) => there.has(node));
        move((before) => done(before, { text: edited.text, inspection: edited.inspection, selected }));
        update((before) => ({ ...before, error: "" }));
        return edited.selected;
      }, []),
    undo: () => {
      tellTyped();
      void inTurn(async () => move(undone), undefined);
    },
    redo: () => {
      tellTyped();
      void inTurn(async () => move(redone), undefined);
    },
    select: (nodes) =>
      update((before) =>
        before.history ? { ...before, history: { ...before.history, now: { ...before.history.now, selected: nodes } } } : before,
      ),
    settle: () => {
      tellTyped();
      return inTurn(async () => current.current.history?.now.text !== current.current.saved.text, true);
    },
    save: (overwrite = false) => {
      tellTyped();
      return inTurn(async () => {
        const { history, saved } = current.current;
        if (!history) return false;
        const body = { text: history.now.text, version: overwrite ? "" : saved.version };
        try {
          const written = await answer(api.PUT("/api/jobs/{job}", { params: path, body }));
          const now = { ...history.now, inspection: written.inspection };
          update((before) => ({
            ...before,
            history: before.history && { ...before.history, now },
            saved: { text: body.text, version: written.version },
            diskVersion: "",
            restored: false,
            error: "",
          }));
          keepDraft();
          return true;
        } catch (error) {
          if (error instanceof ApiError && error.status === 409) {
            const version = await answer(api.GET("/api/jobs/{job}/version", { params: path }));
            update((before) => ({ ...before, diskVersion: version }));
            return false;
          }
          throw error;
        }
      }, false);
    },
    reload: () =>
      inTurn(async () => {
        localStorage.removeItem(draftKey(job));
        await open(false);
      }, undefined),
    inspectAgain: () =>
      void inTurn(async () => {
        const { history } = current.current;
        if (!history) return;
        const inspection = await answer(api.POST("/api/jobs/{job}/inspect", { params: path, body: { text: history.now.text } }));
        move((before) => ({ ...before, now: { ...before.now, inspection } }));
      }, undefined),
    forgetError: () => update((before) => ({ ...before, error: "" })),
  };
  return [state, actions];
}
