/** Every kind of node that the compiler has, grouped as Studio groups them, and searchable. */
import Box from "@cloudscape-design/components/box";
import Input, { type InputProps } from "@cloudscape-design/components/input";
import Modal from "@cloudscape-design/components/modal";
import { useState } from "react";
import type { KindForm } from "../api/client";
import { useFirstFocus } from "../shared/useFirstFocus";

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

/** Return the kind that Enter takes: the one whose name fits best. */
export function best(kinds: KindForm[], wanted: string): KindForm | undefined {
  const text = wanted.trim().toLowerCase();
  const rank = ({ label, kind }: KindForm) => {
    const names = [label.toLowerCase(), kind.toLowerCase()];
    if (names.includes(text)) return 0;
    if (names.some((name) => name.startsWith(text))) return 1;
    return names.some((name) => name.includes(text)) ? 2 : 3;
  };
  return [...kinds].sort((one, other) => rank(one) - rank(other))[0];
}

export function Palette({ kinds, after, onPick, onClose }: Props) {
  const [wanted, setWanted] = useState("");
  const found = matching(kinds, wanted);
  const roles = [...new Set(found.map((kind) => kind.role))];
  const first = best(found, wanted);
  const search = useFirstFocus<InputProps.Ref>();
  return (
    <Modal visible header="Add a node" onDismiss={onClose} size="large" closeAriaLabel="Close">
      <Input
        ref={search}
        value={wanted}
        onChange={({ detail }) => setWanted(detail.value)}
        onKeyDown={({ detail }) => detail.key === "Enter" && first && onPick(first.kind)}
        placeholder="Search kinds of nodes"
        type="search"
        clearAriaLabel="Clear"
        ariaLabel="Search kinds of nodes"
      />
      <Box variant="small" color="text-body-secondary">
        {after ? `A source or a lone node stands alone; all others come after ${after}.` : "The node stands alone until it is connected."}
      </Box>
      {roles.map((role) => (
        <section key={role} aria-label={`${role}s`}>
          <Box variant="h4" tagOverride="h3" padding={{ top: "s" }}>{`${role}s`}</Box>
          <div className="palette">
            {found
              .filter((kind) => kind.role === role)
              .map((kind) => (
                <button key={kind.kind} className={kind === first && wanted ? "palette-kind palette-first" : "palette-kind"} title={kind.help} onClick={() => onPick(kind.kind)}>
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
