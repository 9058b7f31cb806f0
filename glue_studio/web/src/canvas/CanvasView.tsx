/** The canvas: nodes and the arrows between them; connected by dragging, nodes dropped onto an arrow go in between. */
import {
  Background,
  type Connection,
  Controls,
  type Edge,
  MiniMap,
  type NodeChange,
  ReactFlow,
  useNodesState,
  useReactFlow,
} from "@xyflow/react";
import { useEffect, useMemo, useRef } from "react";
import type { Inspection, KindForm } from "../api/client";
import { counted } from "../shared/counted";
import { BOX_HEIGHT, BOX_WIDTH } from "./layout";
import { type BoxNode, NodeBox } from "./NodeBox";
import { useLayout } from "./useLayout";

const NODE_TYPES = { box: NodeBox };
const LEVELS = ["", "warning", "error"];

interface Props {
  inspection: Inspection;
  kinds: KindForm[];
  selected: string[];
  counts: Map<string, number>;
  failed: string;
  /** The arrow that is selected. */
  arrow: [string, string] | undefined;
  dark: boolean;
  onSelect: (nodes: string[]) => void;
  onSelectArrow: (arrow: [string, string]) => void;
  onConnect: (source: string, target: string) => void;
  onInsert: (node: string, between: [string, string]) => void;
}

export function arrowsOf(inspection: Inspection): [string, string][] {
  return inspection.nodes.flatMap((node) => [...new Set(node.inputs)].map((one): [string, string] => [one, node.id]));
}

/** Return the worst level of the problems of each node. */
export function levelsOf(inspection: Inspection): Map<string, string> {
  const found = new Map<string, string>();
  for (const problem of inspection.problems) {
    const before = found.get(problem.node) ?? "";
    if (LEVELS.indexOf(problem.level) > LEVELS.indexOf(before)) found.set(problem.node, problem.level);
  }
  return found;
}

const number = new Intl.NumberFormat("en");

export function CanvasView(props: Props) {
  const { inspection, kinds, selected, counts, failed, arrow } = props;
  const arrows = useMemo(() => arrowsOf(inspection), [inspection]);
  const ids = useMemo(() => inspection.nodes.map((node) => node.id), [inspection]);
  const spots = useLayout("canvas", ids, arrows);
  const [nodes, setNodes, onNodesChange] = useNodesState<BoxNode>([]);
  const flow = useReactFlow<BoxNode>();
  const shown = useRef(0);
  const area = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (!spots) return;
    const levels = levelsOf(inspection);
    const starts = new Set(arrows.map(([source]) => source));
    const ofKind = new Map(kinds.map((kind) => [kind.kind, kind]));
    setNodes((before) => {
      const old = new Map(before.map((one) => [one.id, one]));
      return inspection.nodes
        .filter((node) => spots.has(node.id))
        .map((node): BoxNode => {
          const kind = ofKind.get(node.kind);
          const level = node.id === failed ? "error" : (levels.get(node.id) ?? "");
          const rows = counts.get(node.id);
          return {
            ...old.get(node.id),
            id: node.id,
            type: "box",
            position: spots.get(node.id) ?? { x: 0, y: 0 },
            width: BOX_WIDTH,
            height: BOX_HEIGHT,
            selected: selected.includes(node.id),
            ariaLabel: `${node.role} ${node.label}: ${node.name}${level ? `, ${level}` : ""}`,
            data: {
              title: node.name,
              label: node.label,
              role: node.role,
              level,
              note: rows === undefined || starts.has(node.id) ? "" : counted(rows, "row"),
              takes: node.role !== "Data source" && (kind?.most_inputs ?? 1) > 0,
              gives: node.role !== "Data target",
              goes: "down",
            },
          };
        });
    });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the selection has an effect of its own
  }, [inspection, kinds, spots, counts, failed, setNodes, arrows]);

  const chosen = selected.join();
  useEffect(() => {
    const wanted = new Set(chosen.split(","));
    setNodes((before) =>
      before.map((one) => (!!one.selected === wanted.has(one.id) ? one : { ...one, selected: wanted.has(one.id) })),
    );
  }, [chosen, setNodes]);

  useEffect(() => {
    if (!nodes.length || shown.current === nodes.length) return;
    const duration = shown.current ? 150 : 0;
    shown.current = nodes.length;
    const place = area.current?.getBoundingClientRect();
    if (place) void flow.setViewport(viewOf(nodes, place.width, place.height), { duration });
  }, [nodes, flow]);

  useEffect(() => {
    const place = area.current;
    if (!place) return;
    const watched = new ResizeObserver(([entry]) => {
      const there = flow.getNodes();
      if (entry && there.length)
        void flow.setViewport(viewOf(there, entry.contentRect.width, entry.contentRect.height));
    });
    watched.observe(place);
    return () => watched.disconnect();
  }, [flow]);

  const edges = useMemo<Edge[]>(
    () =>
      arrows.map(([source, target]) => ({
        id: `${source}>${target}`,
        source,
        target,
        label: counts.has(source) ? number.format(counts.get(source) ?? 0) : undefined,
        selected: arrow?.[0] === source && arrow[1] === target,
        focusable: false,
        interactionWidth: 24,
      })),
    [arrows, counts, arrow],
  );

  const follow = (changes: NodeChange<BoxNode>[]) => {
    onNodesChange(changes.filter((change) => change.type !== "remove" && change.type !== "select"));
    const picked = changes.filter((change) => change.type === "select");
    if (!picked.length) return;
    const after = new Set(selected);
    for (const change of picked) {
      if (change.selected) after.add(change.id);
      else after.delete(change.id);
    }
    props.onSelect([...after]);
  };

  const drop = (dropped: BoxNode) => {
    const node = inspection.nodes.find((one) => one.id === dropped.id);
    if (!node || node.inputs.length || arrows.some(([source]) => source === node.id)) return;
    const between = arrowUnder(dropped, nodes, arrows);
    if (between) props.onInsert(node.id, between);
  };

  return (
    <ReactFlow<BoxNode>
      ref={area}
      nodes={nodes}
      edges={edges}
      nodeTypes={NODE_TYPES}
      colorMode={props.dark ? "dark" : "light"}
      onNodesChange={follow}
      onNodeDragStop={(_, node) => drop(node)}
      onConnect={({ source, target }: Connection) => props.onConnect(source, target)}
      onEdgeClick={(_, edge) => props.onSelectArrow([edge.source, edge.target])}
      deleteKeyCode={null}
      minZoom={0.1}
      maxZoom={2}
      proOptions={{ hideAttribution: true }}
      aria-label="Canvas"
    >
      <Background />
      <Controls showInteractive={false} />
      {inspection.nodes.length > 12 && <MiniMap pannable zoomable ariaLabel="The whole canvas" />}
    </ReactFlow>
  );
}

const MARGIN = 24;
const READABLE = 0.7;

/** Return a view of the whole canvas or, where that would be too small to read, of its beginning. */
export function viewOf(boxes: BoxNode[], width: number, height: number): { x: number; y: number; zoom: number } {
  const right = Math.max(...boxes.map((one) => one.position.x)) + BOX_WIDTH;
  const bottom = Math.max(...boxes.map((one) => one.position.y)) + BOX_HEIGHT;
  const fitting = Math.min((width - 2 * MARGIN) / right, (height - 2 * MARGIN) / bottom);
  const zoom = Math.min(1, Math.max(READABLE, fitting));
  return { x: Math.max(MARGIN, (width - right * zoom) / 2), y: Math.max(MARGIN, (height - bottom * zoom) / 2), zoom };
}

/** Return the arrow whose middle lies under a box. */
function arrowUnder(box: BoxNode, boxes: BoxNode[], arrows: [string, string][]): [string, string] | undefined {
  const spots = new Map(boxes.map((one) => [one.id, one.position]));
  return arrows.find(([source, target]) => {
    const start = spots.get(source);
    const end = spots.get(target);
    if (!start || !end || source === box.id || target === box.id) return false;
    const x = (start.x + end.x + BOX_WIDTH) / 2;
    const y = (start.y + BOX_HEIGHT + end.y) / 2;
    return x > box.position.x && x < box.position.x + BOX_WIDTH && y > box.position.y && y < box.position.y + BOX_HEIGHT;
  });
}
