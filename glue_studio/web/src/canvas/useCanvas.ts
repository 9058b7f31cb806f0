/** A canvas under edit: its text and what the server knows of it, the steps, what is saved, what changed on disk. */
import { useCallback, useEffect, useRef, useState } from "react";
import { answer, api, ApiError, type Change, type Inspection, wordsOf } from "../api/client";
import { forgetTyped, hasUntold, tellTyped } from "../properties/useTyped";
import { dropDraft, keepDraft, readDraft } from "./drafts";
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
  /** Why the server does not answer; empty while it does. */
  silence: string;
}

export interface CanvasActions {
  /** Change the canvas; return the nodes to select, undefined where the change was refused. */
  edit: (change: Change) => Promise<string[] | undefined>;
  /** Put another text in the place of the canvas's, as one step. */
  replace: (text: string) => Promise<void>;
  undo: () => void;
  redo: () => void;
  select: (nodes: string[]) => void;
  /** Wait until all that was typed is part of the canvas; return its text and whether that differs from its file. */
  settle: () => Promise<{ text: string; edited: boolean }>;
  save: (overwrite?: boolean) => Promise<boolean>;
  reload: () => Promise<void>;
  /** Ask again what is known of the canvas, because a table has been defined. */
  inspectAgain: () => void;
  forgetError: () => void;
}

const POLL_MILLISECONDS = 2000;
const REFUSED = "A field holds what is not part of the canvas; mend it or undo it. Nothing was saved.";
const RETRY_MILLISECONDS = 1000;

/** Ask until the server answers: it may be started again, with another token. */
async function persistently<T>(ask: () => Promise<T>, onSilence: (words: string) => void): Promise<T> {
  for (;;) {
    try {
      const answered = await ask();
      onSilence("");
      return answered;
    } catch (error) {
      if (!(error instanceof ApiError) || !isSilence(error)) throw error;
      onSilence(error.message);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MILLISECONDS));
    }
  }
}

const isSilence = (error: ApiError) => error.status === 0 || error.status === 403;

export function useCanvas(job: string): [CanvasState, CanvasActions] {
  const [state, setState] = useState<CanvasState>({
    history: undefined,
    saved: { text: "", version: "" },
    diskVersion: "",
    restored: false,
    busy: false,
    error: "",
    silence: "",
  });
  const file = useRef("");
  const pending = useRef<Change[]>([]);
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

  const noteSilence = useCallback(
    (silence: string) => {
      if (current.current.silence !== silence) update((before) => ({ ...before, silence }));
    },
    [update],
  );

  const keep = useCallback(() => {
    const { history, saved } = current.current;
    if (!history) return;
    if (history.now.text === saved.text && !pending.current.length) dropDraft(file.current);
    else
      keepDraft(file.current, {
        text: history.now.text,
        version: saved.version,
        saved: saved.text,
        pending: pending.current,
      });
  }, []);

  const move = useCallback(
    (change: (history: History<Step>) => History<Step>) => {
      update((before) => (before.history ? { ...before, history: change(before.history) } : before));
      keep();
    },
    [update, keep],
  );

  const open = useCallback(
    async (withDraft: boolean) => {
      const opened = await answer(api.GET("/api/jobs/{job}", { params: path }));
      file.current = opened.file;
      const step: Step = { text: opened.text, inspection: opened.inspection, selected: [] };
      const draft = withDraft ? readDraft(opened.file) : undefined;
      let history = begun(step);
      let saved = { text: opened.text, version: opened.version };
      if (draft) {
        const inspection = await answer(
          api.POST("/api/jobs/{job}/inspect", { params: path, body: { text: draft.text } }),
        );
        // undone, it is what lies on disk, if that is what it was made of
        history = {
          past: draft.saved === opened.text && draft.text !== opened.text ? [step] : [],
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
      keep();
      return draft?.pending ?? [];
    },
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the path is the job's
    [job, update, keep],
  );

  const change = useCallback(
    async (wanted: Change): Promise<string[] | undefined> => {
      const text = current.current.history?.now.text;
      if (text === undefined) return undefined;
      pending.current = [...pending.current, wanted];
      keep();
      try {
        const edited = await persistently(
          () => answer(api.POST("/api/jobs/{job}/edit", { params: { path: { job } }, body: { text, change: wanted } })),
          noteSilence,
        );
        update((before) => ({ ...before, error: "" }));
        pending.current = pending.current.filter((one) => one !== wanted);
        if (edited.text === text) return [];
        const there = new Set(edited.inspection.nodes.map((node) => node.id));
        const selected = edited.selected.length
          ? edited.selected
          : (current.current.history?.now.selected ?? []).filter((node) => there.has(node));
        move((before) => done(before, { text: edited.text, inspection: edited.inspection, selected }));
        return edited.selected;
      } finally {
        pending.current = pending.current.filter((one) => one !== wanted);
        keep();
      }
    },
    [job, keep, move, noteSilence, update],
  );

  useEffect(() => {
    void inTurn(async () => {
      for (const one of await open(true)) await change(one);
    }, undefined);
  }, [inTurn, open, change]);

  useEffect(() => {
    const look = async () => {
      const { saved, history } = current.current;
      if (!history || document.hidden) return;
      try {
        const version = await answer(api.GET("/api/jobs/{job}/version", { params: path }));
        noteSilence("");
        if (current.current.saved.version === saved.version)
          update((before) => ({ ...before, diskVersion: version === saved.version ? "" : version }));
      } catch (error) {
        if (error instanceof ApiError && error.status === 422)
          update((before) => ({ ...before, diskVersion: "gone" }));
        else noteSilence(wordsOf(error));
      }
    };
    const timer = setInterval(() => void look(), POLL_MILLISECONDS);
    return () => clearInterval(timer);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the path is the job's
  }, [job, update, noteSilence]);

  useEffect(() => {
    const leaving = (event: BeforeUnloadEvent) => {
      keep();
      if (hasUntold() || pending.current.length) event.preventDefault(); // the browser asks, and meanwhile it is told
      void tellTyped();
    };
    addEventListener("beforeunload", leaving);
    return () => removeEventListener("beforeunload", leaving);
  }, [keep]);

  const actions: CanvasActions = {
    edit: (wanted) => inTurn<string[] | undefined>(() => change(wanted), undefined),
    replace: async (text) => {
      await tellTyped();
      await inTurn(async () => {
        const inspection = await answer(api.POST("/api/jobs/{job}/inspect", { params: path, body: { text } }));
        forgetTyped();
        move((before) => done(before, { text, inspection, selected: [] }));
      }, undefined);
    },
    undo: () => {
      void tellTyped().then((accepted) =>
        inTurn(async () => {
          forgetTyped();
          if (accepted) move(undone);
        }, undefined),
      );
    },
    redo: () => {
      void tellTyped().then((accepted) =>
        inTurn(async () => {
          forgetTyped();
          if (accepted) move(redone);
        }, undefined),
      );
    },
    select: (nodes) =>
      update((before) =>
        before.history ? { ...before, history: { ...before.history, now: { ...before.history.now, selected: nodes } } } : before,
      ),
    settle: async () => {
      await tellTyped();
      return inTurn(
        async () => {
          const text = current.current.history?.now.text ?? "";
          return { text, edited: text !== current.current.saved.text };
        },
        { text: "", edited: true },
      );
    },
    save: async (overwrite = false) => {
      if (!(await tellTyped())) {
        update((before) => ({ ...before, error: before.error || REFUSED }));
        return false;
      }
      return inTurn(async () => {
        const { history, saved } = current.current;
        if (!history) return false;
        const body = { text: history.now.text, version: overwrite ? "" : saved.version };
        try {
          const written = await persistently(
            () => answer(api.PUT("/api/jobs/{job}", { params: path, body })),
            noteSilence,
          );
          const { inspection } = written;
          update((before) => ({
            ...before,
            history: before.history && { ...before.history, now: { ...before.history.now, inspection } },
            saved: { text: body.text, version: written.version },
            diskVersion: "",
            restored: false,
            error: "",
          }));
          keep();
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
        forgetTyped();
        dropDraft(file.current);
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
