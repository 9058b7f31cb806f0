/** A node as Studio shows it: role and kind above, its name, and a sign where something is wrong. */
import { Handle, type Node, type NodeProps, Position } from "@xyflow/react";
import { Fragment, memo } from "react";

export type BoxNode = Node<
  { title: string; label: string; role: string; level: string; note: string; takes: boolean; gives: boolean; goes: "down" | "right" },
  "box"
>;

const SIGNS: Record<string, string> = { error: "✕", warning: "!" };

export const NodeBox = memo(function NodeBox({ data, selected }: NodeProps<BoxNode>) {
  const role = data.role.split(" ").at(-1)?.toLowerCase() ?? "";
  return (
    <div className={`box box-${role} ${selected ? "box-selected" : ""}`}>
      {data.takes && <Handle type="target" position={data.goes === "down" ? Position.Top : Position.Left} />}
      <div className="box-label">
        {[data.role, data.label].filter(Boolean).join(" · ")}
        {data.level && (
          <span className={`box-sign box-${data.level}`} role="img" aria-label={data.level}>
            {SIGNS[data.level]}
          </span>
        )}
      </div>
      <div className="box-title">
        {data.title.split(/(?<=_)/).map((part, index) => (
          <Fragment key={index}>
            {part}
            <wbr />
          </Fragment>
        ))}
      </div>
      {data.note && <div className="box-note">{data.note}</div>}
      {data.gives && <Handle type="source" position={data.goes === "down" ? Position.Bottom : Position.Right} />}
    </div>
  );
});
