/** A table of the Data Catalog, chosen from those that are there or, where it is written, named anew. */
import Alert from "@cloudscape-design/components/alert";
import Autosuggest from "@cloudscape-design/components/autosuggest";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { FormProps } from "./forms";
import { GenericForm } from "./GenericForm";
import { useTyped } from "./useTyped";

const TABLE = /^(\w+)\.(\w+)$/;
const nameOf = (database: unknown, table: unknown) => [database, table].filter(Boolean).join(".");

export function CatalogForm(props: FormProps) {
  const { node, tables, onFields, onDefine } = props;
  const chosen = nameOf(node.fields["Database"], node.fields["Table"]);
  const [typed, type] = useTyped(chosen, (next) => {
    const [, database, table] = TABLE.exec(next) ?? [];
    if (!database || !table) return false;
    return next === chosen || onFields({ Database: database, Table: table });
  });
  const options = tables.map((one) => ({ value: `${one.database}.${one.name}` }));
  const isDefined = options.some((one) => one.value.toLowerCase() === chosen.toLowerCase());
  const isTarget = node.role === "Data target";
  return (
    <SpaceBetween size="m">
      <FormField
        label="Table"
        description={isTarget ? "Choose one, or type database.table of a new one." : ""}
        errorText={typed && !TABLE.test(typed) ? "A table is named database.table." : ""}
      >
        <Autosuggest
          value={typed}
          options={options}
          clearAriaLabel="Clear"
          enteredTextLabel={(text) => `Use: ${text}`}
          placeholder="Choose a table"
          ariaLabel="Table"
          empty="No table is defined"
          onChange={({ detail }) => type(detail.value)}
        />
      </FormField>
      {chosen && !isDefined && (
        <Alert type="warning" action={isTarget && <Button onClick={onDefine}>Define the table</Button>}>
          No statement defines {chosen}.{" "}
          {isTarget && "A CREATE EXTERNAL TABLE statement with the columns that come in can be written for it."}
        </Alert>
      )}
      <GenericForm {...props} without={["Database", "Table"]} />
    </SpaceBetween>
  );
}
