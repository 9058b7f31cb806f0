/** A Join: its type, and the keys of both sides beside each other. */
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { ColumnSelect } from "./ColumnSelect";
import { columnsOf } from "./columns";
import type { FormProps } from "./forms";
import { useTyped } from "./useTyped";

interface Side {
  From: string;
  Keys: string[][];
}

const LABELS: Record<string, string> = {
  equijoin: "Inner join",
  left: "Left join",
  right: "Right join",
  outer: "Outer join",
  leftsemi: "Left semi join",
  leftanti: "Left anti join",
};

/** Return both sides' keys, as many on one side as on the other. */
export function paired(columns: Side[], inputs: string[]): Side[] {
  const sides = inputs.map((id) => columns.find((one) => one.From === id) ?? { From: id, Keys: [] });
  const most = Math.max(0, ...sides.map((side) => side.Keys.length));
  return sides.map((side) => ({ ...side, Keys: Array.from({ length: most }, (_, index) => side.Keys[index] ?? []) }));
}

export function JoinForm({ node, inspection, form, onFields }: FormProps) {
  const saved = paired((node.fields["Columns"] ?? []) as Side[], node.inputs);
  const [sides, type] = useTyped<Side[]>(saved, (next) => onFields({ Columns: next }));
  const joinType = String(node.fields["JoinType"] ?? "equijoin");
  const types = form.fields.find((field) => field.name === "JoinType")?.choices ?? [];
  const nameOf = (id: string) => inspection.nodes.find((one) => one.id === id)?.name ?? id;
  const rows = sides[0]?.Keys.length ?? 0;
  const put = (side: number, row: number, path: string[]) =>
    type(
      sides.map((one, place) =>
        place === side ? { ...one, Keys: one.Keys.map((key, index) => (index === row ? path : key)) } : one,
      ),
    );
  const option = (value: string) => ({ value, label: LABELS[value] ?? value });
  return (
    <SpaceBetween size="m">
      <FormField label="Join type">
        <Select
          selectedOption={option(joinType)}
          options={types.map(option)}
          ariaLabel="Join type"
          onChange={({ detail }) => onFields({ JoinType: detail.selectedOption.value })}
        />
      </FormField>
      {node.inputs.length !== 2 ? (
        <Alert type="info">A Join needs two node parents; choose them above.</Alert>
      ) : (
        <>
          <div className="row row-two">
            {sides.map((side) => (
              <Box key={side.From} variant="strong">
                {nameOf(side.From)}
              </Box>
            ))}
          </div>
          {Array.from({ length: rows }, (_, row) => (
            <div className="row row-two" key={row} role="group" aria-label={`Join condition ${row + 1}`}>
              {sides.map((side, place) => (
                <ColumnSelect
                  key={side.From}
                  value={side.Keys[row] ?? []}
                  columns={columnsOf(inspection, side.From) ?? []}
                  label={`Key ${row + 1} of ${nameOf(side.From)}`}
                  onChange={(path) => put(place, row, path)}
                />
              ))}
              <Button
                iconName="remove"
                variant="icon"
                ariaLabel={`Remove join condition ${row + 1}`}
                onClick={() => type(sides.map((side) => ({ ...side, Keys: side.Keys.filter((_, index) => index !== row) })))}
              />
            </div>
          ))}
          <Button iconName="add-plus" onClick={() => type(sides.map((side) => ({ ...side, Keys: [...side.Keys, []] })))}>
            Add join condition
          </Button>
        </>
      )}
    </SpaceBetween>
  );
}
