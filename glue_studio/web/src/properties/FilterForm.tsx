/** A Filter: conditions row by row, joined by AND or by OR. */
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import SegmentedControl from "@cloudscape-design/components/segmented-control";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { ColumnSelect } from "./ColumnSelect";
import { incoming } from "./columns";
import type { FormProps } from "./forms";
import { useTyped } from "./useTyped";

interface Operand {
  Type: string;
  Value: string[];
}
export interface Condition {
  Negated?: boolean;
  Operation: string;
  Values: Operand[];
}
interface Conditions {
  Filters: Condition[];
  LogicalOperator: string;
}

const OPERATIONS = [
  { value: "EQ", label: "=" },
  { value: "GT", label: ">" },
  { value: "GTE", label: ">=" },
  { value: "LT", label: "<" },
  { value: "LTE", label: "<=" },
  { value: "REGEX", label: "matches" },
];

const valueOf = (condition: Condition, type: string) => condition.Values.find((one) => one.Type === type)?.Value ?? [];

/** Return a condition on a column that is compared with a constant. */
export function condition(column: string[], constant: string): Condition {
  const values: Operand[] = [
    { Type: "COLUMNEXTRACTED", Value: column },
    { Type: "CONSTANT", Value: [constant] },
  ];
  return { Negated: false, Operation: "EQ", Values: values };
}

/** Return a condition with another operand of a type; all others stay as they are. */
export function withOperand(one: Condition, type: string, value: string[]): Condition {
  const place = one.Values.findIndex((operand) => operand.Type === type);
  if (place < 0) return { ...one, Values: [...one.Values, { Type: type, Value: value }] };
  return { ...one, Values: one.Values.map((operand, index) => (index === place ? { ...operand, Value: value } : operand)) };
}

export function FilterForm({ node, inspection, onFields }: FormProps) {
  const saved = {
    Filters: (node.fields["Filters"] ?? []) as Condition[],
    LogicalOperator: String(node.fields["LogicalOperator"] ?? "AND"),
  };
  const [typed, type] = useTyped<Conditions>(saved, (next) => onFields({ ...next }));
  const columns = incoming(inspection, node);
  const put = (index: number, next: Condition) =>
    type({ ...typed, Filters: typed.Filters.map((one, place) => (place === index ? next : one)) });
  return (
    <SpaceBetween size="m">
      <FormField label="Conditions are joined by">
        <SegmentedControl
          selectedId={typed.LogicalOperator}
          label="Conditions are joined by"
          options={[
            { id: "AND", text: "AND: all hold" },
            { id: "OR", text: "OR: one holds" },
          ]}
          onChange={({ detail }) => type({ ...typed, LogicalOperator: detail.selectedId })}
        />
      </FormField>
      {typed.Filters.map((one, index) => {
        const column = valueOf(one, "COLUMNEXTRACTED");
        const constant = valueOf(one, "CONSTANT")[0] ?? "";
        const others = one.Values.filter((operand) => operand.Type === "COLUMNEXTRACTED").slice(1);
        const place = `condition ${index + 1}`;
        return (
          <div className="row row-filter" key={index} role="group" aria-label={`Condition ${index + 1}`}>
            <Checkbox checked={one.Negated === true} onChange={({ detail }) => put(index, { ...one, Negated: detail.checked })}>
              Not
            </Checkbox>
            <ColumnSelect value={column} columns={columns} label={`Column of ${place}`} onChange={(path) => put(index, withOperand(one, "COLUMNEXTRACTED", path))} />
            <Select
              selectedOption={OPERATIONS.find((known) => known.value === one.Operation) ?? { value: one.Operation }}
              options={OPERATIONS}
              ariaLabel={`Operation of ${place}`}
              onChange={({ detail }) => put(index, { ...one, Operation: detail.selectedOption.value ?? "EQ" })}
            />
            {others.map((operand) => <Box key={operand.Value.join(".")}>{operand.Value.join(".")}</Box>)}
            {one.Operation !== "ISNULL" && !others.length && (
              <Input value={constant} ariaLabel={`Value of ${place}`} placeholder="Value" onChange={({ detail }) => put(index, withOperand(one, "CONSTANT", [detail.value]))} />
            )}
            <Button
              onClick={() => type({ ...typed, Filters: typed.Filters.filter((_, there) => there !== index) })}
              ariaLabel={`Remove ${place}`}
            >
              Remove
            </Button>
          </div>
        );
      })}
      <Button
        iconName="add-plus"
        onClick={() => type({ ...typed, Filters: [...typed.Filters, condition(columns[0] ? [columns[0].name] : [], "")] })}
      >
        Add condition
      </Button>
    </SpaceBetween>
  );
}
