/** Change Schema: a table of what comes in, and what becomes of it. */
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import Input from "@cloudscape-design/components/input";
import Autosuggest from "@cloudscape-design/components/autosuggest";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { choicesOf, incoming, samePath } from "./columns";
import type { FormProps } from "./forms";
import { PathInput } from "./PathInput";
import { useTyped } from "./useTyped";

interface Mapping {
  FromPath: string[];
  FromType: string;
  ToKey: string;
  ToType: string;
  Dropped: boolean;
}

const TYPES = ["string", "int", "bigint", "double", "float", "boolean", "date", "timestamp", "decimal", "smallint", "tinyint", "binary"];

export function MappingForm({ node, inspection, onFields }: FormProps) {
  const [rows, type] = useTyped<Mapping[]>((node.fields["Mapping"] ?? []) as Mapping[], (next) => onFields({ Mapping: next }));
  const columns = incoming(inspection, node);
  const put = (index: number, over: Partial<Mapping>) =>
    type(rows.map((row, place) => (place === index ? { ...row, ...over } : row)));
  const missing = columns.filter((column) => !rows.some((row) => row.FromPath?.join(".") === column.name));
  const row = (path: string[], kind: string): Mapping => ({
    Dropped: false,
    FromPath: path,
    FromType: kind || "string",
    ToKey: path.join("."),
    ToType: kind || "string",
  });
  const typeOf = (path: string[]) => choicesOf(columns).find((one) => samePath(one.path, path))?.type ?? "";
  return (
    <SpaceBetween size="xs">
      <div className="row row-mapping">
        <Box variant="strong">Source key</Box>
        <Box variant="strong">Target key</Box>
        <Box variant="strong">Type</Box>
        <Box variant="strong">Drop</Box>
        <span />
      </div>
      {rows.map((row, index) => (
        <div className="row row-mapping" key={index}>
          <div title={row.FromType}>{row.FromPath?.join(".")}</div>
          <Input
            value={row.ToKey ?? ""}
            ariaLabel={`Target key of ${row.FromPath?.join(".")}`}
            disabled={row.Dropped}
            onChange={({ detail }) => put(index, { ToKey: detail.value })}
          />
          <Autosuggest
            value={row.ToType ?? ""}
            options={TYPES.map((value) => ({ value }))}
            clearAriaLabel="Clear"
          enteredTextLabel={(text) => `Use: ${text}`}
            ariaLabel={`Type of ${row.FromPath?.join(".")}`}
            disabled={row.Dropped}
            onChange={({ detail }) => put(index, { ToType: detail.value })}
          />
          <Checkbox
            checked={row.Dropped === true}
            ariaLabel={`Drop ${row.FromPath?.join(".")}`}
            onChange={({ detail }) => put(index, { Dropped: detail.checked })}
          />
          <Button
            iconName="remove"
            variant="icon"
            ariaLabel={`Remove the row of ${row.FromPath?.join(".")}`}
            onClick={() => type(rows.filter((_, place) => place !== index))}
          />
        </div>
      ))}
      {missing.length > 0 && (
        <Button onClick={() => type([...rows, ...missing.map((one) => row([one.name], one.type))])}>
          Add the {missing.length} columns that come in besides
        </Button>
      )}
      <PathInput label="Path of another source key" onAdd={(path) => type([...rows, row(path, typeOf(path))])} />
    </SpaceBetween>
  );
}
