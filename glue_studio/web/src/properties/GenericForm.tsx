/** The form of a kind that has none of its own: its fields, as botocore describes them. */
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { FieldForm } from "../api/client";
import { incoming } from "./columns";
import { FieldInput } from "./FieldInput";
import type { FormProps } from "./forms";
import { useTyped } from "./useTyped";

/** What the compiler works out, and people do not fill in. */
const MADE = ["OutputSchemas"];

export function GenericForm(props: FormProps & { without?: string[] }) {
  const { node, form, inspection, without = [] } = props;
  const columns = incoming(inspection, node);
  const fields = form.fields.filter((field) => !MADE.includes(field.name) && !without.includes(field.name));
  const shown = fields.filter((field) => field.required || node.fields[field.name] !== undefined);
  const others = fields.filter((field) => !shown.includes(field));
  const one = (field: FieldForm) => (
    <TypedField
      key={field.name}
      form={field}
      value={node.fields[field.name]}
      columns={columns}
      onChange={(value) => props.onFields({ [field.name]: value })}
    />
  );
  return (
    <SpaceBetween size="m">
      {shown.map(one)}
      {others.length > 0 && (
        <ExpandableSection headerText="More fields">
          <SpaceBetween size="m">{others.map(one)}</SpaceBetween>
        </ExpandableSection>
      )}
    </SpaceBetween>
  );
}

export function TypedField(props: Parameters<typeof FieldInput>[0]) {
  const [typed, type] = useTyped<unknown>(props.value ?? null, props.onChange);
  return <FieldInput {...props} value={typed ?? undefined} onChange={type} />;
}
