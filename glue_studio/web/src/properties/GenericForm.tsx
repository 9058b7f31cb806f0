/** The form of a kind that has none of its own: its fields, as botocore describes them. */
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import type { FieldForm } from "../api/client";
import { incoming } from "./columns";
import { FieldInput } from "./FieldInput";
import type { FormProps } from "./forms";
import { type Tell, useTyped } from "./useTyped";

/** What the compiler works out, and people do not fill in. */
const MADE = ["OutputSchemas"];

export function GenericForm(props: FormProps & { without?: string[] }) {
  const { node, form, inspection, without = [] } = props;
  const columns = incoming(inspection, node);
  const fields = form.fields.filter((field) => !MADE.includes(field.name) && !without.includes(field.name));
  // a field stays where it is while a person fills it in
  const [first] = useState(() => new Set(fields.filter((one) => one.required || one.name in node.fields).map((one) => one.name)));
  const shown = fields.filter((field) => first.has(field.name));
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

type FieldProps = Omit<Parameters<typeof FieldInput>[0], "onChange"> & { onChange: Tell<unknown> };

export function TypedField(props: FieldProps) {
  const [typed, type] = useTyped<unknown>(props.value ?? null, props.onChange);
  return <FieldInput {...props} value={typed ?? undefined} onChange={type} />;
}
