/** Drop Fields and Select Fields: a tree of what comes in, with boxes. */
import Box from "@cloudscape-design/components/box";
import Checkbox from "@cloudscape-design/components/checkbox";
import FormField from "@cloudscape-design/components/form-field";
import { choicesOf, incoming, samePath } from "./columns";
import type { FormProps } from "./forms";
import { PathInput } from "./PathInput";
import { useTyped } from "./useTyped";

export function FieldsForm({ node, inspection, onFields }: FormProps) {
  const name = node.kind === "DropDuplicates" ? "Columns" : "Paths";
  const [chosen, choose] = useTyped((node.fields[name] ?? []) as string[][], (next) =>
    onFields({ [name]: next.length || name === "Paths" ? next : null }),
  );
  const choices = choicesOf(incoming(inspection, node));
  const gone = chosen.filter((path) => !choices.some((one) => samePath(one.path, path)));
  const toggle = (path: string[], wanted: boolean) => {
    const next = wanted ? [...chosen, path] : chosen.filter((one) => !samePath(one, path));
    // in the order in which the columns come in
    const rank = (one: string[]) => choices.findIndex((choice) => samePath(choice.path, one));
    choose([...next].sort((a, b) => rank(a) - rank(b)));
  };
  const verb = { DropFields: "drop", SelectFields: "keep", DropDuplicates: "compare (none: all)" }[node.kind] ?? "choose";
  return (
    <FormField label={`Fields to ${verb}`} stretch>
      {!choices.length && (
        <>
          <Box color="text-body-secondary">The columns that come in are not known.</Box>
          <PathInput label="Path of a field" onAdd={(path) => toggle(path, true)} />
        </>
      )}
      {choices.map(({ path, type, depth }) => (
        <div key={path.join(".")} style={{ paddingLeft: depth * 20 }}>
          <Checkbox checked={chosen.some((one) => samePath(one, path))} onChange={({ detail }) => toggle(path, detail.checked)}>
            {path.at(-1)} <Box variant="span" color="text-body-secondary">{type}</Box>
          </Checkbox>
        </div>
      ))}
      {gone.map((path) => (
        <Checkbox key={path.join(".")} checked onChange={() => toggle(path, false)}>
          {path.join(".")} {choices.length > 0 && <Box variant="span" color="text-status-error">does not come in</Box>}
        </Checkbox>
      ))}
    </FormField>
  );
}
