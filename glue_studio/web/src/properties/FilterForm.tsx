/** A Filter: conditions row by row, joined by AND or by OR. */
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
  { value: "ISNULL", label: "is null" },
];

const valueOf = (condition: Condition, type: string) => condition.Values.find((one) => one.Type === type)?.Value ?? [];

/** Return a condition on a column, compared with a constant unless the operation needs none. */
export function condition(column: string[], operation: string, constant: string, negated: boolean): Condition {
  const values: Operand[] = [{ Type: "COLUMNEXTRACTED", Value: column }];
  if (operation !== "ISNULL") values.push({ Type: "CONSTANT", Value: [constant] });
  return { Negated: negated, Operation: operation, Values: values };
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
        const again = (over: { column?: string[]; operation?: string; constant?: string; negated?: boolean }) =>
          put(
            index,
            condition(
              over.column ?? column,
              over.operation ?? one.Operation,
              over.constant ?? constant,
              over.negated ?? one.Negated === true,
            ),
          );
        const place = `condition ${index + 1}`;
        return (
          <div className="row row-filter" key={index} role="group" aria-label={`Condition ${index + 1}`}>
            <Checkbox checked={one.Negated === true} onChange={({ detail }) => again({ negated: detail.checked })}>
              Not
            </Checkbox>
            <ColumnSelect value={column} columns={columns} label={`Column of ${place}`} onChange={(path) => again({ column: path })} />
            <Select
              selectedOption={OPERATIONS.find((known) => known.value === one.Operation) ?? { value: one.Operation }}
              options={OPERATIONS}
              ariaLabel={`Operation of ${place}`}
              onChange={({ detail }) => again({ operation: detail.selectedOption.value ?? "EQ" })}
            />
            {one.Operation !== "ISNULL" && (
              <Input value={constant} ariaLabel={`Value of ${place}`} placeholder="Value" onChange={({ detail }) => again({ constant: detail.value })} />
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
        onClick={() => type({ ...typed, Filters: [...typed.Filters, condition(columns[0] ? [columns[0].name] : [], "EQ", "", false)] })}
      >
        Add condition
      </Button>
    </SpaceBetween>
  );
}
