/** One field of a form, whatever its type: from botocore's shape, with no knowledge of what it means. */
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import { useState } from "react";
import type { Column, FieldForm } from "../api/client";
import { ColumnSelect } from "./ColumnSelect";

interface Props {
  form: FieldForm;
  value: unknown;
  columns: Column[];
  onChange: (value: unknown) => void;
  /** Whether the name is shown; items of a list have none. */
  named?: boolean;
}

const NUMBERS = ["integer", "long", "double", "float"];
const PATHS = /Path$|^Column|^Key$|Paths$|Columns$/;
/** Texts of several lines. */
const LONG = /Code|Query|Ruleset|Sql|Statement/;

/** Return a name as words: `SqlAliases` is "Sql aliases". */
export function words(name: string): string {
  const spaced = name.replace(/([a-z0-9])([A-Z])/g, "$1 $2");
  return spaced.charAt(0).toUpperCase() + spaced.slice(1).replace(/ [A-Z](?=[a-z])/g, (part) => part.toLowerCase());
}

/** Return what a new value of a field begins with. */
export function beginning(form: FieldForm): unknown {
  if (form.type === "list") return [];
  if (form.type === "map") return {};
  if (form.type === "structure")
    return Object.fromEntries(form.members.filter((one) => one.required).map((one) => [one.name, beginning(one)]));
  if (form.type === "boolean") return false;
  if (NUMBERS.includes(form.type)) return 0;
  return form.choices[0] ?? "";
}

export function FieldInput(props: Props) {
  const { form, named = true } = props;
  const input = <Control {...props} />;
  if (!named) return input;
  if (form.type === "boolean") return input;
  return (
    <FormField
      label={form.required ? words(form.name) : <>{words(form.name)} <i>- optional</i></>}
      description={shortened(form.help)}
      stretch
    >
      {input}
    </FormField>
  );
}

function Control({ form, value, columns, onChange }: Props) {
  const label = words(form.name) || "Value";
  if (form.type === "boolean")
    return (
      <Checkbox checked={value === true} onChange={({ detail }) => onChange(detail.checked)} description={shortened(form.help)}>
        {label}
      </Checkbox>
    );
  if (form.type === "list" && form.member)
    return <ListInput form={form} value={value} columns={columns} onChange={onChange} />;
  if (form.type === "structure")
    return <StructureInput form={form} value={value} columns={columns} onChange={onChange} />;
  if (form.type === "map") return <MapInput value={value} onChange={onChange} label={label} />;
  if (form.choices.length)
    return (
      <Select
        selectedOption={value ? { value: String(value) } : null}
        options={[...(form.required ? [] : [{ value: "", label: "(none)" }]), ...form.choices.map((one) => ({ value: one }))]}
        placeholder="Choose"
        ariaLabel={label}
        onChange={({ detail }) => onChange(detail.selectedOption.value || null)}
      />
    );
  if (NUMBERS.includes(form.type)) return <NumberInput value={value} label={label} onChange={onChange} />;
  const text = value === undefined || value === null ? "" : String(value);
  if (LONG.test(form.name))
    return <Textarea value={text} rows={4} ariaLabel={label} onChange={({ detail }) => onChange(detail.value || null)} />;
  return (
    <Input
      value={text}
      ariaLabel={label}
      onChange={({ detail }) => onChange(detail.value === "" && !form.required ? null : detail.value)}
    />
  );
}

function ListInput({ form, value, columns, onChange }: Props) {
  const member = form.member;
  if (!member) return null;
  const items = Array.isArray(value) ? (value as unknown[]) : [];
  const isPath = member.type === "string" && PATHS.test(form.name) && !form.name.endsWith("Paths");
  if (isPath)
    return <ColumnSelect value={items as string[]} columns={columns} label={words(form.name)} onChange={onChange} />;
  const put = (index: number, item: unknown) => onChange(items.map((one, place) => (place === index ? item : one)));
  const listOfPaths = member.type === "list" && member.member?.type === "string";
  return (
    <SpaceBetween size="xs">
      {items.map((item, index) => (
        <div className="row row-two" key={index}>
          <div style={{ gridColumn: "1 / 3" }}>
            {listOfPaths ? (
              <ColumnSelect
                value={item as string[]}
                columns={columns}
                label={`${words(form.name)} ${index + 1}`}
                onChange={(path) => put(index, path)}
              />
            ) : (
              <FieldInput
                form={{ ...member, name: member.name || form.name }}
                value={item}
                columns={columns}
                named={false}
                onChange={(next) => put(index, next)}
              />
            )}
          </div>
          <Button
            iconName="remove"
            variant="icon"
            ariaLabel={`Remove ${words(form.name)} ${index + 1}`}
            onClick={() => onChange(items.filter((_, place) => place !== index))}
          />
        </div>
      ))}
      <Button onClick={() => onChange([...items, beginning(member)])}>Add</Button>
    </SpaceBetween>
  );
}

function StructureInput({ form, value, columns, onChange }: Props) {
  const held = (typeof value === "object" && value ? value : {}) as Record<string, unknown>;
  const put = (name: string, next: unknown) => {
    const kept = Object.entries(held).filter(([key]) => key !== name);
    onChange(Object.fromEntries(next === null ? kept : [...kept, [name, next]]));
  };
  // a field stays where it is while a person fills it in
  const [first] = useState(() => new Set(form.members.filter((one) => one.required || one.name in held).map((one) => one.name)));
  const needed = form.members.filter((one) => first.has(one.name));
  const others = form.members.filter((one) => !needed.includes(one));
  return (
    <div className="nested">
      <SpaceBetween size="s">
        {needed.map((one) => (
          <FieldInput key={one.name} form={one} value={held[one.name]} columns={columns} onChange={(next) => put(one.name, next)} />
        ))}
        {others.length > 0 && (
          <ExpandableSection headerText={`${others.length} more`} variant="footer">
            <SpaceBetween size="s">
              {others.map((one) => (
                <FieldInput key={one.name} form={one} value={held[one.name]} columns={columns} onChange={(next) => put(one.name, next)} />
              ))}
            </SpaceBetween>
          </ExpandableSection>
        )}
      </SpaceBetween>
    </div>
  );
}

/** Keeps the digits as they are typed: 1. is on the way to 1.5. */
function NumberInput({ value, onChange, label }: { value: unknown; onChange: (value: unknown) => void; label: string }) {
  const known = value === undefined || value === null ? "" : String(value);
  const [text, setText] = useState(known);
  const shown = Number(text) === Number(known) && (text === "") === (known === "") ? text : known;
  return (
    <Input
      type="number"
      value={shown}
      ariaLabel={label}
      onChange={({ detail }) => {
        setText(detail.value);
        onChange(detail.value === "" ? null : Number(detail.value));
      }}
    />
  );
}

interface Entry {
  id: number;
  key: string;
  text: string;
}

let entries = 0;
const entriesOf = (value: unknown): Entry[] =>
  Object.entries((typeof value === "object" && value ? value : {}) as Record<string, unknown>).map(([key, text]) => ({
    id: entries++,
    key,
    text: String(text),
  }));
const mapOf = (rows: Entry[]) => Object.fromEntries(rows.map((one) => [one.key, one.text]));
const canonical = (value: unknown) => JSON.stringify(Object.entries((value ?? {}) as object).sort());

/** Rows stay where they are while their keys are typed; they are told when each has a key of its own. */
function MapInput({ value, onChange, label }: { value: unknown; onChange: (value: unknown) => void; label: string }) {
  const [rows, setRows] = useState(() => entriesOf(value));
  const [seen, setSeen] = useState(canonical(value));
  if (canonical(value) !== seen) {
    setSeen(canonical(value));
    if (canonical(value) !== canonical(mapOf(rows))) setRows(entriesOf(value));
  }
  const put = (next: Entry[]) => {
    setRows(next);
    const keys = new Set(next.map((one) => one.key));
    if (keys.size < next.length || keys.has("")) return;
    setSeen(canonical(mapOf(next)));
    onChange(mapOf(next));
  };
  const change = (id: number, over: Partial<Entry>) => put(rows.map((one) => (one.id === id ? { ...one, ...over } : one)));
  return (
    <SpaceBetween size="xs">
      {rows.map(({ id, key, text }, index) => (
        <div className="row row-two" key={id}>
          <Input
            value={key}
            ariaLabel={`${label}: key ${index + 1}`}
            invalid={!key || rows.some((one) => one.id !== id && one.key === key)}
            onChange={({ detail }) => change(id, { key: detail.value })}
          />
          <Input value={text} ariaLabel={`${label}: value of ${key}`} onChange={({ detail }) => change(id, { text: detail.value })} />
          <Button iconName="remove" variant="icon" ariaLabel={`Remove ${key}`} onClick={() => put(rows.filter((one) => one.id !== id))} />
        </div>
      ))}
      {!rows.length && <Box color="text-body-secondary">None.</Box>}
      <Button onClick={() => setRows([...rows, { id: entries++, key: "", text: "" }])}>Add</Button>
    </SpaceBetween>
  );
}

function shortened(help: string): string {
  const first = help.split(/(?<=\.)\s/)[0] ?? "";
  return first.length > 160 ? `${first.slice(0, 157)}...` : first;
}
