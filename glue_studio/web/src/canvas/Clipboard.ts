/** Nodes that were copied: kept in the browser, so that they can be pasted into another job. */
import type { NodeView, Schemas } from "../api/client";

type Copied = Schemas["CopiedNode"];
const KEY = "copied nodes";

export function copyNodes(nodes: NodeView[]): void {
  const copied: Copied[] = nodes.map(({ id, kind, fields }) => ({ id, kind, fields }));
  localStorage.setItem(KEY, JSON.stringify(copied));
}

export function copiedNodes(): Copied[] {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "[]") as Copied[];
  } catch {
    return [];
  }
}
