/** A canvas under edit: its text and what the server knows of it, the steps, what is saved, what changed on disk. */
import { useCallback, useEffect, useRef, useState } from "react";
import { answer, api, ApiError, type Change, type Inspection, wordsOf } from "../api/client";
import { persistently } from "../api/persistently";
import { forgetTyped, hasUntold, tellTyped } from "../properties/useTyped";
import { dropDraft, keepDraft, readDraft } from "./drafts";
import { begun, done, type History, redone, undone } from "./history";
import { useDiskVersion, versionOf } from "./useDiskVersion";

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

const REFUSED = "A field holds what is not part of the canvas; mend it or undo it. Nothing was saved.";
const NOTHING: CanvasState = {
  history: undefined,
  saved: { text: "", version: "" },
  diskVersion: "",
  restored: false,
  busy: false,
  error: "",
  silence: "",
};

const path = (job: string) => ({ path: { job } });
const inspected = (job: string, text: string) =>
  answer(api.POST("/api/jobs/{job}/inspect", { params: path(job), body: { text } }));

/** What is done to a job's canvas, one thing after another, each with what the one before made. */
class Editing implements CanvasActions {
  private file = "";
  /** Changes that are asked for and not made yet. */
  private pending: Change[] = [];
  private queue: Promise<unknown> = Promise.resolve();
  private waiting = 0;

  constructor(
    private readonly job: string,
    private state: CanvasState,
    private readonly show: (state: CanvasState) => void,
  ) {}

  private update(over: Partial<CanvasState>): void {
    this.state = { ...this.state, ...over };
    this.show(this.state);
  }

  private inTurn<T>(act: () => Promise<T>, fallback: T): Promise<T> {
    this.waiting++;
    this.update({ busy: true });
    const next = this.queue.then(async () => {
      try {
        return await act();
      } catch (error) {
        this.update({ error: wordsOf(error) });
        return fallback;
      } finally {
        this.waiting--;
        this.update({ busy: this.waiting > 0 });
      }
    });
    this.queue = next;
    return next;
  }

  readonly noteSilence = (silence: string) => {
    if (this.state.silence !== silence) this.update({ silence });
  };

  readonly noteVersion = (version: string) => {
    if (this.state.history) this.update({ diskVersion: version === this.state.saved.version ? "" : version });
  };

  /** Keep in the browser what is not saved. */
  private keep(): void {
    const { history, saved } = this.state;
    if (!history) return;
    const { text } = history.now;
    if (text === saved.text && !this.pending.length) dropDraft(this.file);
    else keepDraft(this.file, { text, version: saved.version, saved: saved.text, pending: this.pending });
  }

  private move(change: (history: History<Step>) => History<Step>): void {
    if (!this.state.history) return;
    this.update({ history: change(this.state.history) });
    this.keep();
  }

  /** Open the job's file and, if there is one, the work on it that was not saved. */
  readonly open = (withDraft: boolean): Promise<void> =>
    this.inTurn(async () => {
      const opened = await answer(api.GET("/api/jobs/{job}", { params: path(this.job) }));
      this.file = opened.file;
      const step: Step = { text: opened.text, inspection: opened.inspection, selected: [] };
      const draft = withDraft ? readDraft(opened.file) : undefined;
      let history = begun(step);
      let saved = { text: opened.text, version: opened.version };
      if (draft) {
        const inspection = await inspected(this.job, draft.text);
        // undone, it is what lies on disk, if that is what it was made of
        const past = draft.saved === opened.text && draft.text !== opened.text ? [step] : [];
        history = { past, now: { text: draft.text, inspection, selected: [] }, future: [] };
        saved = { text: draft.saved, version: draft.version };
      }
      this.pending = draft?.pending ?? [];
      const restored = history.now.text !== opened.text || this.pending.length > 0;
      const diskVersion = saved.version === opened.version ? "" : opened.version;
      this.update({ history, saved, diskVersion, restored, error: "" });
      for (const change of this.pending) await this.change(change);
      this.keep();
    }, undefined);

  private async change(wanted: Change): Promise<string[] | undefined> {
    const text = this.state.history?.now.text;
    if (text === undefined) return undefined;
    const body = { text, change: wanted };
    try {
      const edited = await persistently(
        () => answer(api.POST("/api/jobs/{job}/edit", { params: path(this.job), body })),
        this.noteSilence,
      );
      this.update({ error: "" });
      if (edited.text === text) return [];
      const there = new Set(edited.inspection.nodes.map((node) => node.id));
      const kept = (this.state.history?.now.selected ?? []).filter((node) => there.has(node));
      const selected = edited.selected.length ? edited.selected : kept;
      this.move((before) => done(before, { text: edited.text, inspection: edited.inspection, selected }));
      return edited.selected;
    } finally {
      this.pending = this.pending.filter((one) => one !== wanted);
      this.keep();
    }
  }

  readonly edit = (wanted: Change) => {
    this.pending = [...this.pending, wanted];
    this.keep();
    return this.inTurn<string[] | undefined>(() => this.change(wanted), undefined);
  };

  readonly replace = async (text: string) => {
    await tellTyped();
    await this.inTurn(async () => {
      const inspection = await inspected(this.job, text);
      forgetTyped();
      this.move((before) => done(before, { text, inspection, selected: [] }));
    }, undefined);
  };

  /** Go a step back or forth; what was refused goes first. */
  private async step(to: (history: History<Step>) => History<Step>): Promise<void> {
    const accepted = await tellTyped();
    await this.inTurn(async () => {
      forgetTyped();
      if (accepted) this.move(to);
    }, undefined);
  }

  readonly undo = () => void this.step(undone);
  readonly redo = () => void this.step(redone);

  readonly select = (selected: string[]) => {
    const { history } = this.state;
    if (history) this.update({ history: { ...history, now: { ...history.now, selected } } });
  };

  readonly settle = async () => {
    await tellTyped();
    return this.inTurn(
      async () => {
        const text = this.state.history?.now.text ?? "";
        return { text, edited: text !== this.state.saved.text };
      },
      { text: "", edited: true },
    );
  };

  readonly save = async (overwrite = false) => {
    if (!(await tellTyped())) {
      this.update({ error: this.state.error || REFUSED });
      return false;
    }
    return this.inTurn(() => this.write(overwrite), false);
  };

  private async write(overwrite: boolean): Promise<boolean> {
    const { history, saved } = this.state;
    if (!history) return false;
    const body = { text: history.now.text, version: overwrite ? "" : saved.version };
    try {
      const written = await persistently(
        () => answer(api.PUT("/api/jobs/{job}", { params: path(this.job), body })),
        this.noteSilence,
      );
      this.showInspection(written.inspection);
      this.update({ saved: { text: body.text, version: written.version }, diskVersion: "", restored: false, error: "" });
      this.keep();
      return true;
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 409) throw error;
      this.update({ diskVersion: await versionOf(this.job) });
      return false;
    }
  }

  private showInspection(inspection: Inspection): void {
    const { history } = this.state;
    if (history) this.update({ history: { ...history, now: { ...history.now, inspection } } });
  }

  readonly reload = () => {
    forgetTyped();
    dropDraft(this.file);
    return this.open(false);
  };

  readonly inspectAgain = () =>
    void this.inTurn(async () => {
      const { history } = this.state;
      if (history) this.showInspection(await inspected(this.job, history.now.text));
    }, undefined);

  readonly forgetError = () => this.update({ error: "" });

  /** Keep the work when the page is left; say whether some of it is not told yet. */
  readonly leave = (): boolean => {
    this.keep();
    const waits = hasUntold() || this.pending.length > 0;
    void tellTyped();
    return waits;
  };
}

export function useCanvas(job: string): [CanvasState, CanvasActions] {
  const [state, setState] = useState(NOTHING);
  const [editing] = useState(() => new Editing(job, NOTHING, setState));
  const opened = useRef(false);
  useEffect(() => {
    if (!opened.current) void editing.open(true);
    opened.current = true;
  }, [editing]);
  useDiskVersion(job, editing.noteVersion, editing.noteSilence);
  const leaving = useCallback(
    (event: BeforeUnloadEvent) => {
      if (editing.leave()) event.preventDefault(); // the browser asks, and meanwhile it is told
    },
    [editing],
  );
  useEffect(() => {
    addEventListener("beforeunload", leaving);
    return () => removeEventListener("beforeunload", leaving);
  }, [leaving]);
  return [state, editing];
}
