/** A table of the Data Catalog, chosen from those that are there; the other fields below it. */
import FormField from "@cloudscape-design/components/form-field";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { FormProps } from "./forms";
import { GenericForm } from "./GenericForm";

export function CatalogForm(props: FormProps) {
  const { node, tables, onFields } = props;
  const database = String(node.fields["Database"] ?? "");
  const table = String(node.fields["Table"] ?? "");
  const option = (one: { database: string; name: string }) => ({
    value: `${one.database}.${one.name}`,
    label: one.name,
    description: one.database,
  });
  const known = tables.find((one) => one.database === database && one.name === table);
  return (
    <SpaceBetween size="m">
      <FormField label="Table" errorText={table && !known ? `No table ${database}.${table} is defined.` : ""}>
        <Select
          selectedOption={known ? option(known) : table ? { value: table, label: table, description: database } : null}
          options={tables.map(option)}
          placeholder="Choose a table"
          filteringType="auto"
          ariaLabel="Table"
          triggerVariant="option"
          onChange={({ detail }) => {
            const [chosenDatabase, name] = (detail.selectedOption.value ?? "").split(".");
            onFields({ Database: chosenDatabase, Table: name });
          }}
        />
      </FormField>
      <GenericForm {...props} without={["Database", "Table"]} />
    </SpaceBetween>
  );
}
