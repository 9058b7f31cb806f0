/** The columns that leave the selected node, as the compiler works them out. */
import Box from "@cloudscape-design/components/box";
import type { NodeView } from "../api/client";
import { Rows } from "../shared/Rows";

const COLUMNS = [
  { name: "Column", type: "" },
  { name: "Type", type: "" },
];

export function SchemaPanel({ node }: { node: NodeView | undefined }) {
  if (!node) return <Box color="text-body-secondary" padding="s">Select a node to see its columns.</Box>;
  if (!node.columns)
    return <Box padding="s">The columns of {node.name} are not known before it runs; the data preview shows them.</Box>;
  return (
    <Rows
      columns={COLUMNS}
      rows={node.columns.map((column) => [column.name, column.type || "not known"])}
      label={`Columns of ${node.name}`}
    />
  );
}
