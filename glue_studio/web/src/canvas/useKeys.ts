/** Keys of the canvas: they work wherever the focus is, on nothing too, but not where a person types. */
import { useEffect, useRef } from "react";

export interface KeyActions {
  save: () => void;
  undo: () => void;
  redo: () => void;
  copy: () => void;
  paste: () => void;
  remove: () => void;
  add: () => void;
}

const TYPING = "input:not([type=checkbox], [type=radio]), textarea, .cm-editor, [role=listbox]";

/** Return what a key does; undefined where it is somebody else's. */
export function actionOf(event: KeyboardEvent, actions: KeyActions): (() => void) | undefined {
  const place = event.target as HTMLElement;
  if (place.closest("[role=dialog]")) return undefined;
  const mod = event.ctrlKey || event.metaKey;
  const key = event.key.toLowerCase();
  if (mod && key === "s") return actions.save;
  if (place.closest(TYPING)) return undefined;
  if (mod && key === "z") return event.shiftKey ? actions.redo : actions.undo;
  if (mod && key === "y") return actions.redo;
  if (mod && key === "c" && !getSelection()?.toString()) return actions.copy;
  if (mod && key === "v") return actions.paste;
  if (mod || !(place === document.body || place.closest(".job-canvas"))) return undefined;
  if (key === "delete" || key === "backspace") return actions.remove;
  return key === "a" ? actions.add : undefined;
}

export function useKeys(actions: KeyActions): void {
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const act = actionOf(event, latest.current);
      if (!act) return;
      event.preventDefault();
      act();
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, []);
}
