/** Where boxes stand: laid out in layers by ELK, in a worker of its own. */
import ELK, { type ElkNode } from "elkjs/lib/elk-api";
import workerUrl from "elkjs/lib/elk-worker.min.js?url";

export const BOX_WIDTH = 216;
export const BOX_HEIGHT = 60;
/** The picture of all jobs is wide and shown small: its boxes have large letters on two lines. */
export const FLOW_BOX = { width: 176, height: 106 };

export interface Spot {
  x: number;
  y: number;
}

let engine: InstanceType<typeof ELK> | undefined;

/** A canvas goes downwards, as Studio's does; the picture of all jobs goes to the right. */
export type Shape = "canvas" | "flow";

const OPTIONS: Record<Shape, Record<string, string>> = {
  canvas: { "elk.direction": "DOWN", "elk.layered.spacing.nodeNodeBetweenLayers": "44" },
  flow: {
    "elk.direction": "RIGHT",
    "elk.layered.spacing.nodeNodeBetweenLayers": "66",
  },
};

/** Return a place for each box. */
export async function layout(shape: Shape, boxes: string[], arrows: [string, string][]): Promise<Map<string, Spot>> {
  engine ??= new ELK({ workerUrl });
  const graph: ElkNode = {
    id: "canvas",
    layoutOptions: {
      "elk.algorithm": "layered",
      "elk.spacing.nodeNode": "28",
      "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
      ...OPTIONS[shape],
    },
    children: boxes.map((id) => ({ id, ...(shape === "flow" ? FLOW_BOX : { width: BOX_WIDTH, height: BOX_HEIGHT }) })),
    edges: arrows.map(([start, end], number) => ({ id: `${number}`, sources: [start], targets: [end] })),
  };
  const placed = await engine.layout(graph);
  return new Map((placed.children ?? []).map((box) => [box.id, { x: box.x ?? 0, y: box.y ?? 0 }]));
}
