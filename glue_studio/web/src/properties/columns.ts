/** Columns that come into a node, and paths to what is inside of their structs. */
import type { Column, Inspection, NodeView } from "../api/client";

export interface Choice {
  path: string[];
  type: string;
  depth: number;
}

/** Return the columns of one node that feeds another; undefined where nobody knows them. */
export function columnsOf(inspection: Inspection, id: string): Column[] | undefined {
  return inspection.nodes.find((node) => node.id === id)?.columns ?? undefined;
}

/** Return the columns that come in through all inputs, each name once. */
export function incoming(inspection: Inspection, node: NodeView): Column[] {
  const found = new Map<string, Column>();
  for (const one of node.inputs)
    for (const column of columnsOf(inspection, one) ?? []) if (!found.has(column.name)) found.set(column.name, column);
  return [...found.values()];
}

/** Return columns and, below each, the fields of its struct. */
export function choicesOf(columns: Column[]): Choice[] {
  return columns.flatMap((column) => withFields([column.name], column.type, 0));
}

function withFields(path: string[], type: string, depth: number): Choice[] {
  const fields = structFields(type).flatMap(([name, kind]) => withFields([...path, name], kind, depth + 1));
  return [{ path, type, depth }, ...fields];
}

/** Return the fields of a struct type, `struct<a:int,b:struct<c:string>>`; none of any other type. */
export function structFields(type: string): [string, string][] {
  if (!type.startsWith("struct<") || !type.endsWith(">")) return [];
  const inside = type.slice("struct<".length, -1);
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let place = 0; place < inside.length; place++) {
    const letter = inside[place];
    if (letter === "<" || letter === "(") depth++;
    if (letter === ">" || letter === ")") depth--;
    if (letter === "," && depth === 0) {
      parts.push(inside.slice(start, place));
      start = place + 1;
    }
  }
  if (inside.length > start) parts.push(inside.slice(start));
  return parts.map((part) => {
    const colon = part.indexOf(":");
    return [part.slice(0, colon), part.slice(colon + 1)];
  });
}

export const samePath = (one: string[], other: string[]) => JSON.stringify(one) === JSON.stringify(other);
