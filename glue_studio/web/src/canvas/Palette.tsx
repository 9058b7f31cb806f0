/** Every kind of node that the compiler has, grouped as Studio groups them, and searchable. */
import Box from "@cloudscape-design/components/box";
import Input from "@cloudscape-design/components/input";
import Modal from "@cloudscape-design/components/modal";
import { useState } from "react";
import type { KindForm } from "../api/client";

interface Props {
  kinds: KindForm[];
  after: string;
  onPick: (kind: string) => void;
  onClose: () => void;
}

export function matching(kinds: KindForm[], wanted: string): KindForm[] {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  return kinds.filter((kind) => {
    const text = `${kind.label} ${kind.kind} ${kind.role} ${kind.help}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

export function Palette({ kinds, after, onPick, onClose }: Props) {
  const [wanted, setWanted] = useState("");
  const found = matching(kinds, wanted);
  const roles = [...new Set(found.map((kind) => kind.role))];
  const first = found[0];
  return (
    <Modal visible header="Add a node" onDismiss={onClose} size="large" closeAriaLabel="Close">
      <Input
        value={wanted}
        onChange={({ detail }) => setWanted(detail.value)}
        onKeyDown={({ detail }) => detail.key === "Enter" && first && onPick(first.kind)}
        placeholder="Search kinds of nodes"
        type="search"
        ariaLabel="Search kinds of nodes"
        autoFocus
      />
      <Box variant="small" color="text-body-secondary">
        {after ? `A source or a lone node stands alone; all others come after ${after}.` : "The node stands alone until it is connected."}
      </Box>
      {roles.map((role) => (
        <section key={role} aria-label={`${role}s`}>
          <Box variant="h4" padding={{ top: "s" }}>{`${role}s`}</Box>
          <div className="palette">
            {found
              .filter((kind) => kind.role === role)
              .map((kind) => (
                <button key={kind.kind} className="palette-kind" title={kind.help} onClick={() => onPick(kind.kind)}>
                  <strong>{kind.label}</strong>
                  <span>{kind.kind}</span>
                </button>
              ))}
          </div>
        </section>
      ))}
      {!found.length && <Box padding={{ top: "s" }}>No kind of node fits.</Box>}
    </Modal>
  );
}
