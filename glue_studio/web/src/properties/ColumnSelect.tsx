/** A column, chosen from those that come in; one that does not come in can be typed. */
import Autosuggest from "@cloudscape-design/components/autosuggest";
import type { Column } from "../api/client";
import { choicesOf } from "./columns";

interface Props {
  value: string[];
  columns: Column[];
  label: string;
  onChange: (path: string[]) => void;
}

export function ColumnSelect({ value, columns, label, onChange }: Props) {
  const choices = choicesOf(columns);
  const options = choices.map((one) => ({ value: one.path.join("."), description: one.type }));
  const choose = (text: string) => {
    const found = choices.find((one) => one.path.join(".") === text);
    onChange(found?.path ?? (text ? text.split(".") : []));
  };
  return (
    <Autosuggest
      value={value.join(".")}
      options={options}
      clearAriaLabel="Clear"
          enteredTextLabel={(text) => `Use: ${text}`}
      ariaLabel={label}
      placeholder="Column"
      empty="No columns come in"
      onChange={({ detail }) => choose(detail.value)}
    />
  );
}
