/** Job details: what the canvas file holds of the job beside its nodes. */
import ColumnLayout from "@cloudscape-design/components/column-layout";
import type { Change, FieldForm, Inspection } from "../api/client";
import { TypedField } from "../properties/GenericForm";

interface Props {
  inspection: Inspection;
  forms: FieldForm[];
  onChange: (change: Change) => Promise<boolean>;
}

export function SettingsPanel({ inspection, forms, onChange }: Props) {
  return (
    <ColumnLayout columns={2}>
      {forms.map((form) => (
        <TypedField
          key={form.name}
          form={form}
          value={inspection.settings[form.name]}
          columns={[]}
          onChange={(value) => onChange({ do: "settings", settings: { [form.name]: value } })}
        />
      ))}
    </ColumnLayout>
  );
}
