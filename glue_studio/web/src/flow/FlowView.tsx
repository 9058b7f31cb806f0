/** Jobs and tables as one picture, with the rows of the last run on the arrows; a click opens the job. */
import { Background, Controls, type Edge, ReactFlow, ReactFlowProvider } from "@xyflow/react";
import { useMemo } from "react";
import type { Flow } from "../api/client";
import { type BoxNode, NodeBox } from "../canvas/NodeBox";
import { FLOW_BOX } from "../canvas/layout";
import { useLayout } from "../canvas/useLayout";
import { jobAddress } from "../shared/route";

const NODE_TYPES = { box: NodeBox };
const number = new Intl.NumberFormat("en");

interface Arrow {
  start: string;
  end: string;
  rows: number | undefined;
}

/** Return the boxes' ids and the arrows between jobs and tables. */
export function picture(flow: Flow): { tables: string[]; arrows: Arrow[] } {
  const tables = new Set<string>();
  const arrows: Arrow[] = [];
  for (const job of flow.jobs) {
    const rowsOf = (table: string) => job.rows[table] ?? job.rows[table.split(".").at(-1) ?? ""];
    for (const table of job.reads) {
      tables.add(table);
      arrows.push({ start: `table ${table}`, end: `job ${job.name}`, rows: rowsOf(table) });
    }
    for (const table of job.writes) {
      tables.add(table);
      arrows.push({ start: `job ${job.name}`, end: `table ${table}`, rows: rowsOf(table) });
    }
  }
  return { tables: [...tables], arrows };
}

export function FlowView({ flow, dark }: { flow: Flow; dark: boolean }) {
  const { tables, arrows } = useMemo(() => picture(flow), [flow]);
  const ids = [...flow.jobs.map((job) => `job ${job.name}`), ...tables.map((table) => `table ${table}`)];
  const spots = useLayout("flow", ids, arrows.map((one) => [one.start, one.end]));
  if (!spots || ids.some((id) => !spots.has(id))) return <div className="flow-canvas" />;
  const starts = new Set(arrows.map((one) => one.start));
  const ends = new Set(arrows.map((one) => one.end));
  const box = (id: string, data: Partial<BoxNode["data"]>): BoxNode => ({
    id,
    type: "box",
    position: spots.get(id) ?? { x: 0, y: 0 },
    ...FLOW_BOX,
    draggable: false,
    connectable: false,
    ariaLabel: `${data.role}: ${data.title}`,
    data: { title: "", label: "", role: "", level: "", note: "", takes: ends.has(id), gives: starts.has(id), goes: "right", ...data },
  });
  const nodes = [
    ...flow.jobs.map((job) =>
      box(`job ${job.name}`, {
        title: job.name,
        role: "Job",
        label: job.state || "not run here yet",
        level: job.errors || job.state === "failed" ? "error" : job.warnings ? "warning" : "",
      }),
    ),
    ...tables.map((table) => box(`table ${table}`, { title: table.split(".").at(-1) ?? table, role: "Table", label: table.includes("/") ? "files" : "" })),
  ];
  const edges: Edge[] = arrows.map((one) => ({
    id: `${one.start}>${one.end}`,
    source: one.start,
    target: one.end,
    focusable: false,
    label: one.rows === undefined ? undefined : number.format(one.rows),
  }));
  const open = (id: string) => {
    if (id.startsWith("job ")) location.hash = jobAddress(id.slice("job ".length));
  };
  return (
    <div
      className="flow-canvas"
      onKeyDown={(event) => {
        const id = (event.target as HTMLElement).dataset["id"];
        if (event.key === "Enter" && id) open(id);
      }}
    >
      <ReactFlowProvider>
        <ReactFlow<BoxNode>
          nodes={nodes}
          edges={edges}
          nodeTypes={NODE_TYPES}
          colorMode={dark ? "dark" : "light"}
          onNodeClick={(_, node) => open(node.id)}
          nodesConnectable={false}
          zoomOnScroll={false}
          preventScrolling={false}
          deleteKeyCode={null}
          minZoom={0.1}
          proOptions={{ hideAttribution: true }}
          aria-label="Jobs and tables"
          fitView
          fitViewOptions={{ maxZoom: 1, minZoom: 0.4, padding: 0.02 }}
        >
          <Background />
          <Controls showInteractive={false} position="top-right" />
        </ReactFlow>
      </ReactFlowProvider>
    </div>
  );
}
