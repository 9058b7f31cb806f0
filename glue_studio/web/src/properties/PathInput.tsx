/** A path that is typed, where nobody knows the columns that come in. */
import Button from "@cloudscape-design/components/button";
import Input from "@cloudscape-design/components/input";
import { useState } from "react";

export function PathInput({ label, onAdd }: { label: string; onAdd: (path: string[]) => void }) {
  const [text, setText] = useState("");
  const add = () => {
    if (text) onAdd(text.split("."));
    setText("");
  };
  return (
    <div className="row row-two">
      <Input
        value={text}
        ariaLabel={label}
        placeholder="column or struct.field"
        onChange={({ detail }) => setText(detail.value)}
        onKeyDown={({ detail }) => detail.key === "Enter" && add()}
      />
      <Button onClick={add} disabled={!text}>
        Add
      </Button>
    </div>
  );
}
