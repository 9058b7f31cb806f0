/** The properties of the selected node: name, parents, and the form of its kind. */
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import Multiselect from "@cloudscape-design/components/multiselect";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { ComponentType } from "react";
import type { Change } from "../api/client";
import { CatalogForm } from "./CatalogForm";
import { CustomCodeForm, SqlForm } from "./CodeForms";
import { FieldsForm } from "./FieldsForm";
import { FilterForm } from "./FilterForm";
import type { FormProps } from "./forms";
import { GenericForm } from "./GenericForm";
import { JoinForm } from "./JoinForm";
import { MappingForm } from "./MappingForm";
import { useTyped } from "./useTyped";

/** Kinds whose columns, conditions or code people choose in a form of its own; all others have the generic one. */
const FORMS: Record<string, ComponentType<FormProps>> = {
  ApplyMapping: MappingForm,
  CatalogSource: CatalogForm,
  CatalogTarget: CatalogForm,
  CustomCode: CustomCodeForm,
  DropDuplicates: FieldsForm,
  DropFields: FieldsForm,
  Filter: FilterForm,
  Join: JoinForm,
  S3CatalogSource: CatalogForm,
  S3CatalogTarget: CatalogForm,
  SelectFields: FieldsForm,
  SparkSQL: SqlForm,
};

type Props = Omit<FormProps, "onFields" | "form"> & {
  form: FormProps["form"] | undefined;
  onChange: (change: Change) => Promise<boolean>;
};

export function NodeProperties(props: Props) {
  const { node, form, inspection, onChange } = props;
  const [name, typeName] = useTyped(node.name, (next) => onChange({ do: "rename", node: node.id, name: next }));
  const problems = inspection.problems.filter((one) => one.node === node.id);
  const Form = FORMS[node.kind] ?? GenericForm;
  const takesInputs = (form?.most_inputs ?? node.inputs.length) > 0;
  const option = (id: string) => ({ value: id, label: inspection.nodes.find((one) => one.id === id)?.name ?? id });
  const rewire = (wanted: string[]) => {
    for (const one of node.inputs) if (!wanted.includes(one)) void onChange({ do: "disconnect", source: one, target: node.id });
    for (const one of wanted) if (!node.inputs.includes(one)) void onChange({ do: "connect", source: one, target: node.id });
  };
  return (
    <SpaceBetween size="m">
      <Header variant="h2" description={form?.help}>
        {node.label}
      </Header>
      {problems.map((one) => (
        <Alert
          key={one.message}
          type={one.level === "error" ? "error" : "warning"}
          action={
            one.rule === "rows" && (
              <Button onClick={() => onChange({ do: "purge", node: node.id })}>Empty the table first</Button>
            )
          }
        >
          {one.message}
        </Alert>
      ))}
      <FormField label="Name">
        <Input value={name} ariaLabel="Name" onChange={({ detail }) => typeName(detail.value)} />
      </FormField>
      {takesInputs && (
        <FormField label="Node parents" description="The nodes whose rows come in.">
          <Multiselect
            selectedOptions={node.inputs.map(option)}
            options={inspection.nodes
              .filter((one) => one.id !== node.id && one.role !== "Data target")
              .map((one) => option(one.id))}
            placeholder="Choose"
            ariaLabel="Node parents"
            deselectAriaLabel={(one) => `Remove ${one.label}`}
            onChange={({ detail }) => rewire(detail.selectedOptions.map((one) => one.value ?? ""))}
          />
        </FormField>
      )}
      {form ? (
        <Form {...props} form={form} onFields={(fields) => onChange({ do: "fields", node: node.id, fields })} />
      ) : (
        <Box>
          <Alert type="info">{node.kind} is carried as it is; it is not compiled here, so it has no form.</Alert>
          <pre>{JSON.stringify(node.fields, null, 2)}</pre>
        </Box>
      )}
    </SpaceBetween>
  );
}
