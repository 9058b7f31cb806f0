/** SQL Query and Custom Transform: a name for each input, and an editor. */
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Alert from "@cloudscape-design/components/alert";
import { CodeEditor } from "../shared/CodeEditor";
import { columnsOf, incoming } from "./columns";
import type { FormProps } from "./forms";
import { useTyped } from "./useTyped";

interface Alias {
  From: string;
  Alias: string;
}

export function SqlForm({ node, inspection, dark, onFields }: FormProps) {
  const [aliases, typeAliases] = useTyped<Alias[]>((node.fields["SqlAliases"] ?? []) as Alias[], (next) =>
    onFields({ SqlAliases: next }),
  );
  const [query, typeQuery] = useTyped<string>(String(node.fields["SqlQuery"] ?? ""), (next) => onFields({ SqlQuery: next }));
  const nameOf = (id: string) => inspection.nodes.find((one) => one.id === id)?.name ?? id;
  const schema = Object.fromEntries(
    aliases.map((one) => [one.Alias, (columnsOf(inspection, one.From) ?? []).map((column) => column.name)]),
  );
  return (
    <SpaceBetween size="m">
      {aliases.map((one, index) => (
        <FormField key={one.From} label={`Alias of ${nameOf(one.From)}`}>
          <Input
            value={one.Alias}
            ariaLabel={`Alias of ${nameOf(one.From)}`}
            onChange={({ detail }) =>
              typeAliases(aliases.map((alias, place) => (place === index ? { ...alias, Alias: detail.value } : alias)))
            }
          />
        </FormField>
      ))}
      <FormField label="SQL query" description="Spark's SQL over the aliases." stretch>
        <CodeEditor value={query} language="sql" label="SQL query" dark={dark} schema={schema} onChange={typeQuery} />
      </FormField>
    </SpaceBetween>
  );
}

export function CustomCodeForm({ node, inspection, dark, onFields }: FormProps) {
  const [name, typeName] = useTyped<string>(String(node.fields["ClassName"] ?? ""), (next) => onFields({ ClassName: next }));
  const [code, typeCode] = useTyped<string>(String(node.fields["Code"] ?? ""), (next) => onFields({ Code: next }));
  const columns = incoming(inspection, node).map((column) => column.name);
  return (
    <SpaceBetween size="m">
      <FormField label="Name of the transform">
        <Input value={name} ariaLabel="Name of the transform" onChange={({ detail }) => typeName(detail.value)} />
      </FormField>
      <FormField label="Code" description="The body of a function (glueContext, dfc) that returns a DynamicFrameCollection." stretch>
        <CodeEditor value={code} language="python" label="Code" dark={dark} schema={{ columns }} onChange={typeCode} />
      </FormField>
      <Alert type="info">This code runs as you, with your rights, on this machine, in previews too.</Alert>
    </SpaceBetween>
  );
}
